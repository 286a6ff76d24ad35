# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 11: a job that fails on the array is an error in its words; one that outlives the timeout is found again."""

from __future__ import annotations

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import FailedOnArray, TimedOut

from .array_under_test import BLOCK, PREFIX, ArrayUnderTest, pattern
from .operations import CLAIMS, READS, ready_for

pytestmark = pytest.mark.point(11)


@pytest.mark.parametrize("operation", CLAIMS)
def test_failure_on_the_array_is_told_in_its_words_and_changes_nothing(array: ArrayUnderTest, operation: str) -> None:
    operations = ready_for(array, operation)
    failing = array.client_of(array.harness.failing(operation))
    with array.unchanged(), pytest.raises(FailedOnArray) as failure:
        operations.by(failing, operation)()
    assert failure.value.code.strip()
    assert failure.value.words.strip()
    assert failure.value.code in str(failure.value)
    assert failure.value.words in str(failure.value)


@pytest.mark.parametrize("operation", READS)
def test_failing_question_is_an_error_and_not_an_empty_answer(array: ArrayUnderTest, operation: str) -> None:
    failing = array.client_of(array.harness.failing(operation))
    with pytest.raises(FailedOnArray):
        getattr(failing, operation)()


@pytest.mark.parametrize("operation", CLAIMS)
def test_failed_operation_succeeds_when_the_fault_is_gone(array: ArrayUnderTest, operation: str) -> None:
    operations = ready_for(array, operation)
    with pytest.raises(FailedOnArray):
        operations.by(array.client_of(array.harness.failing(operation)), operation)()
    before = array.state()
    operations.by(array.driver, operation)()
    assert array.state() != before


def test_failed_job_leaves_no_space_taken(array: ArrayUnderTest) -> None:
    before = array.pool(array.harness.pool)
    with pytest.raises(FailedOnArray):
        array.client_of(array.harness.failing("create_lun")).create_lun(array.new("alpha"))
    assert array.soon(lambda: array.pool(array.harness.pool) == before)


def test_task_tells_the_arrays_words(array: ArrayUnderTest) -> None:
    done = array.provision_ordinary("alpha", by=array.harness.failing("create_lun"))
    (lun,) = done.failures
    assert lun["error"]["kind"] == FailedOnArray.kind
    assert "the array says" in lun["error"]["msg"]
    assert not array.named("alpha")


def test_creation_that_outlives_the_timeout_is_found_again(array: ArrayUnderTest) -> None:
    with pytest.raises(TimedOut):
        array.client_of(array.harness.timing_out("create_lun")).create_lun(array.new("alpha"))
    (found,) = array.soon(lambda: array.named("alpha"))
    assert (found.size, found.pool) == (array.harness.size, array.harness.pool)
    assert array.read(found) == bytes(found.size)


@pytest.mark.parametrize("method", ["clone", "copy"])
def test_replica_that_outlives_the_timeout_is_found_again_with_its_content(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source = array.filled("source")
    slow = array.client_of(array.harness.timing_out(f"{method}_lun"))
    with pytest.raises(TimedOut):
        (slow.clone_lun if method == "clone" else slow.copy_lun)(source, array.replica("replica"))
    (found,) = array.soon(lambda: array.named("replica"))
    assert array.read(found) == array.read(source)


@pytest.mark.parametrize("method", ["clone", "copy"])
def test_nothing_is_under_way_when_all_is_done(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source = array.filled("source")
    (array.driver.clone_lun if method == "clone" else array.driver.copy_lun)(source, array.replica("replica"))
    assert not array.other.activities()


def test_copy_under_way_is_an_activity_and_not_yet_a_lun(array: ArrayUnderTest) -> None:
    array.require("copy")
    size = 16 * 1024**2
    source = array.lun("source", size=size)
    array.write(source, 0, pattern(1, size))
    name, seen = PREFIX + "replica", []

    def look(done: int, total: int) -> None:
        if done < total:
            seen.append(([one.kind for one in array.other.activities() if one.name == name], array.named("replica")))

    array.driver.copy_lun(source, array.replica("replica"), look)
    if not seen:
        pytest.skip("the array copied before a word of progress came")
    assert seen == [(["copy"], [])] * len(seen)
    (copied,) = array.named("replica")
    assert array.read(copied, size - BLOCK, BLOCK) == array.read(source, size - BLOCK, BLOCK)
