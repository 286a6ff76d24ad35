# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 12: each way of failing is one typed error, and a repeat leaves nothing half-made."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import (
    Denied,
    FailedOnArray,
    NameInUse,
    TimedOut,
    Unreachable,
)

from .array_under_test import PREFIX, ArrayUnderTest
from .clients import DIED, Clients
from .operations import CLAIMS, READS, ready_for

pytestmark = pytest.mark.point(12)


@pytest.mark.parametrize("operation", [*READS, "capabilities", "activities", "recover"])
def test_question_to_an_unreachable_array_is_unreachable(array: ArrayUnderTest, operation: str) -> None:
    connection = array.harness.unreachable()
    with pytest.raises(Unreachable) as error:
        getattr(array.client_of(connection), operation)()
    assert str(connection.address) in str(error.value)


@pytest.mark.parametrize("operation", CLAIMS)
def test_change_to_an_unreachable_array_is_unreachable(array: ArrayUnderTest, operation: str) -> None:
    operations = ready_for(array, operation)
    client = array.client_of(array.harness.unreachable())
    with array.unchanged(), pytest.raises(Unreachable):
        operations.by(client, operation)()


@pytest.mark.parametrize("operation", [*READS, "capabilities"])
def test_refused_question_is_denied(array: ArrayUnderTest, operation: str) -> None:
    with pytest.raises(Denied):
        getattr(array.client_of(array.harness.denied()), operation)()


@pytest.mark.parametrize("operation", CLAIMS)
def test_refused_change_is_denied_and_changes_nothing(array: ArrayUnderTest, operation: str) -> None:
    operations = ready_for(array, operation)
    client = array.client_of(array.harness.denied())
    with array.unchanged(), pytest.raises(Denied):
        operations.by(client, operation)()


def test_task_tells_of_an_unreachable_and_of_a_refusing_array(array: ArrayUnderTest) -> None:
    with pytest.raises(Unreachable):
        array.provision_ordinary("alpha", by=array.harness.unreachable())
    with array.unchanged(), pytest.raises(Denied):
        array.provision_ordinary("alpha", by=array.harness.denied())


def test_password_is_in_no_error_and_no_description(array: ArrayUnderTest) -> None:
    secret = "s3cret-w0rd"  # noqa: S105
    assert secret not in repr(replace(array.harness.connection(), password=secret))
    connection = array.harness.denied()
    with pytest.raises(Denied) as error:
        array.client_of(connection).luns()
    assert connection.password is None or connection.password not in f"{error.value} {error.value!r}"


@pytest.mark.parametrize("operation", CLAIMS)
def test_call_that_timed_out_is_not_done_twice_when_repeated(array: ArrayUnderTest, operation: str) -> None:
    operations = ready_for(array, operation)
    before = array.state()
    with pytest.raises(TimedOut):
        operations.by(array.client_of(array.harness.timing_out(operation)), operation)()
    assert array.soon(lambda: array.state() != before)
    with array.unchanged():
        try:
            operations.by(array.driver, operation)()
        except NameInUse:
            assert operation.startswith(("create_", "clone_", "copy_"))


def test_creation_that_timed_out_makes_one_lun(array: ArrayUnderTest) -> None:
    before = array.state().luns
    with pytest.raises(TimedOut):
        array.client_of(array.harness.timing_out("create_lun")).create_lun(array.new("alpha"))
    assert array.soon(lambda: array.named("alpha"))
    array.provision_ordinary("alpha")
    assert len(array.state().luns - before) == 1


def test_task_finds_the_lun_whose_creation_timed_out(array: ArrayUnderTest) -> None:
    done = array.provision_ordinary("alpha", by=array.harness.timing_out("create_lun"))
    assert not done.failures
    (lun,) = array.named("alpha")
    assert done.luns[0]["wwid"] == lun.wwid
    with array.unchanged():
        again = array.provision_ordinary("alpha")
    assert not again.changed
    assert again.luns[0]["wwid"] == lun.wwid


def test_next_task_finds_the_lun_whose_creation_timed_out(array: ArrayUnderTest) -> None:
    with pytest.raises(TimedOut):
        array.client_of(array.harness.timing_out("create_lun")).create_lun(array.new("alpha"))
    (lun,) = array.soon(lambda: array.named("alpha"))
    with array.unchanged():
        done = array.provision_ordinary("alpha")
    assert not done.changed
    assert done.luns[0]["wwid"] == lun.wwid


@pytest.mark.parametrize("method", ["clone", "copy"])
def test_task_finds_the_replica_whose_making_timed_out(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source = array.filled("source")
    asked: dict[str, Any] = {"source": {"lun": source.name, "snapshot": None, "method": method}}
    done = array.provision("replica", by=array.harness.timing_out(f"{method}_lun"), **asked)
    assert not done.failures
    (replica,) = array.named("replica")
    assert array.read(replica) == array.read(source)
    assert not array.provision("replica", **asked).changed


@pytest.mark.parametrize("operation", ["create_host", "map_lun"])
def test_task_cut_off_while_mapping_is_finished_by_the_next(array: ArrayUnderTest, operation: str) -> None:
    asked: dict[str, Any] = {"hosts": [{"name": PREFIX + "left", "initiators": [array.initiator()]}]}
    cut_off = array.provision_ordinary("alpha", by=array.harness.timing_out(operation), **asked)
    assert [lun["error"]["kind"] for lun in cut_off.failures] in ([], [TimedOut.kind])
    done = array.provision_ordinary("alpha", **asked)
    assert not done.failures
    (lun,) = array.named("alpha")
    assert [one.lun_wwid for one in array.other.mappings() if one.host == PREFIX + "left"] == [lun.wwid]
    assert not array.provision_ordinary("alpha", **asked).changed


def test_task_that_failed_in_its_midst_is_finished_by_the_next(array: ArrayUnderTest) -> None:
    asked: dict[str, Any] = {"hosts": [{"name": PREFIX + "left", "initiators": [array.initiator()]}]}
    failed = array.provision_ordinary("alpha", by=array.harness.failing("map_lun"), **asked)
    assert [lun["error"]["kind"] for lun in failed.failures] == [FailedOnArray.kind]
    assert failed.changed
    (lun,) = array.named("alpha")
    assert failed.luns[0]["wwid"] == lun.wwid
    done = array.provision_ordinary("alpha", **asked)
    assert done.luns[0]["actions"] == ["mapped"]
    assert done.luns[0]["wwid"] == lun.wwid


def test_task_that_failed_at_once_is_done_by_the_next(array: ArrayUnderTest) -> None:
    assert array.provision_ordinary("alpha", by=array.harness.failing("create_lun")).failures
    assert array.provision_ordinary("alpha").luns[0]["actions"] == ["created"]
    assert len(array.named("alpha")) == 1


@pytest.mark.parametrize("method", ["clone", "copy"])
def test_client_killed_in_the_midst_leaves_nothing_half_made(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source = array.filled("source")
    before = array.pool(array.harness.pool)
    asked: dict[str, Any] = {"source": {"lun": source.name, "snapshot": None, "method": method}}
    work = {"wwid": source.wwid, "name": PREFIX + "replica", "pool": source.pool, "method": method}
    with closing(Clients(1)) as clients:
        (answer,) = clients.all_at_once(array.harness.connection(), "copy_and_die", [work])
    if answer.error == DIED:
        array.other.recover()
        if not array.named("replica"):  # else the array finished by itself
            assert array.soon(lambda: array.pool(array.harness.pool) == before)
            assert not array.other.activities()
    else:
        assert answer.result == "survived"
    assert not array.provision("replica", **asked).failures
    (replica,) = array.named("replica")
    assert array.read(replica) == array.read(source)
