# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import time

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.faults import (
    Fault,
    parse_faults,
    suffered,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import (
    ArrayError,
    Denied,
    FailedOnArray,
    NoSpace,
    TimedOut,
    Unreachable,
)
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue

FIELD = "array.options.faults"


def suffer(fault: Fault, operation: str = "create_lun", timeout: float = 60.0) -> bool:
    """Whether the operation's work was done."""
    done = []
    with suffered((fault,), operation, "/array", timeout):
        done.append(operation)
    return done == [operation]


def test_faults_are_read_with_their_defaults() -> None:
    faults = parse_faults(FIELD, [{"kind": "full"}, {"operation": "create_lun", "kind": "slow", "seconds": "1.5"}])
    assert faults == (Fault("*", "full"), Fault("create_lun", "slow", 1.5))


@pytest.mark.parametrize(
    "value",
    [
        "full",
        {"kind": "full"},
        ["full"],
        [{"kind": "tired"}],
        [{"operation": "create_lun"}],
        [{"kind": "full", "of": "luck"}],
        [{"kind": "slow", "seconds": "soon"}],
        [{}],
        None,
        5,
    ],
)
def test_what_is_no_list_of_faults_is_refused(value: object) -> None:
    with pytest.raises(InvalidValue, match=FIELD):
        parse_faults(FIELD, value)


@pytest.mark.parametrize("seconds", ["nan", "-1"])
def test_seconds_that_nobody_can_wait_are_refused(seconds: str) -> None:
    with pytest.raises(InvalidValue, match=FIELD):
        parse_faults(FIELD, [{"kind": "slow", "seconds": seconds}])


@pytest.mark.parametrize(
    ("kind", "error"),
    [("failing", FailedOnArray), ("unreachable", Unreachable), ("denied", Denied), ("full", NoSpace)],
)
@pytest.mark.parametrize("on", ["create_lun", "*"])
def test_a_fault_keeps_the_operation_from_its_work(kind: str, error: type[ArrayError], on: str) -> None:
    with pytest.raises(error, match="/array"):
        suffer(Fault(on, kind))


@pytest.mark.parametrize("kind", ["failing", "unreachable", "denied", "full", "slow"])
def test_other_operations_do_not_suffer(kind: str) -> None:
    assert suffer(Fault("delete_lun", kind, seconds=60))


@pytest.mark.parametrize("operation", ["luns", "delete_lun", "unmap_lun"])
def test_a_full_array_still_does_what_takes_no_space(operation: str) -> None:
    assert suffer(Fault("*", "full"), operation)


def test_a_slow_operation_is_done_and_answered_late() -> None:
    start = time.monotonic()
    assert suffer(Fault("*", "slow", seconds=0.05))
    assert time.monotonic() - start >= 0.05


def test_an_operation_that_is_slower_than_the_timeout_is_done_and_not_answered() -> None:
    done = []
    with pytest.raises(TimedOut, match="create_lun"), suffered((Fault("*", "slow", 60),), "create_lun", "/array", 0.05):
        done.append("create_lun")
    assert done == ["create_lun"]
