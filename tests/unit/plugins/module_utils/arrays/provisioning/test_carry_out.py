# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import (
    Busy,
    FailedOnArray,
    NameInUse,
    NoSpace,
    TimedOut,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.carry_out import Outcome, carry_out
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.inventory import read
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import plan

from ..memory_array import CAPABILITIES, FakeArray, FakeDriver
from .asked import IQN, asked, host

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun

NEW = {"pool": "gold", "size": "1G"}


def run(
    array: FakeArray, *luns: dict[str, Any], meanwhile: Callable[[], None] | None = None, **task: Any
) -> list[Outcome]:
    """Plan and carry out a task; ``meanwhile`` happens between the two."""
    driver = FakeDriver(array)
    planned = plan(asked(*luns, **task), read(driver))
    if meanwhile:
        meanwhile()
    return carry_out(planned, driver)


def names(array: FakeArray) -> list[str]:
    return sorted(lun.name for lun in array.luns.values())


def failing(call: str, error: Exception | None = None) -> FakeArray:
    """An array on which one call fails, as long as the test lets it."""
    return FakeArray(failing={call: error or FailedOnArray("call", "7", "no")})


def test_what_was_done_is_told_in_the_tasks_order() -> None:
    outcomes = run(FakeArray(), {"name": "b", "hosts": [host("alpha")]}, {"name": "a"}, **NEW)
    assert [(one.plan.request.name, one.actions) for one in outcomes] == [
        ("b", ("created", "mapped")),
        ("a", ("created",)),
    ]
    assert [one.lun.name for one in outcomes if one.lun] == ["b", "a"]
    assert [mapping.host for mapping in outcomes[0].mappings] == ["alpha"]


def test_an_action_that_is_done_to_many_hosts_is_told_once() -> None:
    array = FakeArray()
    run(array, name="a", hosts=[host("alpha"), host("beta")], **NEW)
    (outcome,) = run(array, name="a", hosts=[], force_unmap=True)
    assert outcome.actions == ("unmapped",)
    assert outcome.mappings == ()


def test_a_removed_lun_is_none() -> None:
    array = FakeArray()
    run(array, name="a", **NEW)
    (outcome,) = run(array, name="a", state="absent")
    assert (outcome.lun, outcome.actions) == (None, ("deleted",))


def test_the_failure_of_one_lun_does_not_stop_the_others() -> None:
    array = failing("create_lun b", NoSpace("full"))
    outcomes = run(array, {"name": "a"}, {"name": "b"}, {"name": "c"}, **NEW)
    assert [one.error and one.error.kind for one in outcomes] == [None, "no_space", None]
    assert names(array) == ["a", "c"]


def test_a_repeat_finishes_what_failed() -> None:
    array = failing("create_lun b")
    task = [{"name": "a"}, {"name": "b", "hosts": [host("alpha")]}]
    run(array, *task, **NEW)
    array.failing.clear()
    assert [one.actions for one in run(array, *task, **NEW)] == [(), ("created", "mapped")]
    assert plan(asked(*task, **NEW), read(FakeDriver(array))).is_empty


def test_the_steps_after_a_failure_are_not_tried_and_those_before_are_told() -> None:
    array = failing("grow_lun copy")
    outcomes = run(
        array, {"name": "base"}, {"name": "copy", "size": "2G", "source": {"lun": "base"}, "hosts": [host("h")]}, **NEW
    )
    assert outcomes[1].actions == ("cloned",)
    assert outcomes[1].lun is not None
    assert outcomes[1].mappings == ()
    assert array.calls["map_lun"] == 0


def test_a_copy_of_what_could_not_be_made_is_told_as_not_made() -> None:
    outcomes = run(failing("create_lun base"), {"name": "copy", "source": {"lun": "base"}}, {"name": "base"}, **NEW)
    assert outcomes[0].error is not None
    assert "LUN base was not made" in str(outcomes[0].error)
    assert outcomes[0].lun is None


def test_other_exceptions_are_errors_of_ours_and_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        run(failing("create_lun", ZeroDivisionError()), name="a", **NEW)


# Others at work at the same time


def test_a_lun_that_somebody_made_just_so_meanwhile_is_taken() -> None:
    array = FakeArray()
    (outcome,) = run(array, name="a", **NEW, meanwhile=lambda: run(array, name="a", **NEW) and None)
    assert outcome.error is None
    assert names(array) == ["a"]
    assert outcome.lun == next(iter(array.luns.values()))


@pytest.mark.parametrize("other", [{"size": "2G"}, {"pool": "silver"}, {"provisioning": "thick"}])
def test_a_lun_that_somebody_made_otherwise_meanwhile_is_not_taken(other: dict[str, Any]) -> None:
    array = FakeArray()
    (outcome,) = run(array, name="a", **NEW, meanwhile=lambda: run(array, name="a", **{**NEW, **other}) and None)
    assert isinstance(outcome.error, NameInUse)


def test_a_copy_that_somebody_made_meanwhile_is_not_taken_for_ones_own() -> None:
    array = FakeArray()
    run(array, name="base", **NEW)
    task = {"name": "copy", "source": {"lun": "base"}}
    (outcome,) = run(array, **task, meanwhile=lambda: run(array, **task) and None)
    assert isinstance(outcome.error, NameInUse)


def test_a_number_that_was_only_suggested_gives_way() -> None:
    array = FakeArray()
    run(array, name="a", **NEW)
    (outcome,) = run(
        array,
        name="a",
        hosts=[host("alpha")],
        meanwhile=lambda: run(array, name="other", hosts=[host("alpha")], **NEW) and None,
    )
    assert outcome.error is None
    assert [mapping.lun_number for mapping in outcome.mappings] == [1]


def test_a_number_that_was_asked_for_does_not_give_way() -> None:
    array = FakeArray()
    run(array, name="a", **NEW)
    (outcome,) = run(
        array,
        name="a",
        hosts=[host("alpha")],
        lun_number=0,
        meanwhile=lambda: run(array, name="other", hosts=[host("alpha")], **NEW) and None,
    )
    assert isinstance(outcome.error, NameInUse)


def test_a_lun_that_somebody_removed_meanwhile_is_told() -> None:
    array = FakeArray()
    run(array, name="a", **NEW)
    (outcome,) = run(array, name="a", size="2G", meanwhile=array.luns.clear)
    assert outcome.error is not None
    assert outcome.error.kind == "not_found"


def test_a_host_that_somebody_made_known_meanwhile_is_used() -> None:
    array = FakeArray()
    (outcome,) = run(
        array,
        name="a",
        hosts=[host("alpha", IQN + "x", IQN + "y")],
        **NEW,
        meanwhile=lambda: array.hosts.update(alpha=(IQN + "x",)),
    )
    assert outcome.error is None
    assert array.hosts == {"alpha": (IQN + "x", IQN + "y")}


# Answers that come late


@pytest.mark.parametrize(
    ("call", "task"),
    [
        ("create_lun new", {"name": "new", **NEW}),
        ("clone_lun new", {"name": "new", "source": {"lun": "base"}}),
        ("copy_lun new", {"name": "new", "source": {"lun": "base", "method": "copy"}}),
    ],
)
def test_what_was_made_though_the_answer_came_too_late_is_found_by_its_name(call: str, task: dict[str, Any]) -> None:
    array = FakeArray(failing_late={call: TimedOut("no answer")})
    run(array, name="base", **NEW)
    (outcome,) = run(array, hosts=[host("alpha")], **task)
    assert outcome.error is None
    assert outcome.lun is not None
    assert outcome.lun.wwid in array.luns
    assert outcome.actions[-1] == "mapped"
    assert names(array) == ["base", "new"]


@pytest.mark.parametrize("call", ["create_lun new", "clone_lun new"])
def test_what_was_not_made_in_time_is_told(call: str) -> None:
    array = FakeArray(failing={call: TimedOut("no answer")})
    run(array, name="base", **NEW)
    task = {"source": {"lun": "base"}} if "clone" in call else NEW
    (outcome,) = run(array, name="new", **task)
    assert isinstance(outcome.error, TimedOut)
    assert outcome.lun is None


# Hosts


def test_a_host_that_cannot_be_prepared_fails_its_luns_and_no_others() -> None:
    array = failing("create_host beta")
    outcomes = run(
        array,
        {"name": "a", "hosts": [host("alpha"), host("beta")]},
        {"name": "b", "hosts": [host("alpha")]},
        {"name": "c"},
        **NEW,
    )
    assert [one.error and one.error.kind for one in outcomes] == ["failed_on_array", None, None]
    assert [mapping.host for mapping in outcomes[0].mappings] == ["alpha"]


def test_surplus_initiators_go_after_the_new_ones_have_come() -> None:
    array = FakeArray(hosts={"alpha": (IQN + "old",)})
    run(array, name="a", hosts=[host("alpha", IQN + "new")], force_unmap=True, **NEW)
    assert array.hosts == {"alpha": (IQN + "new",)}


# Side by side


class Meeting(FakeDriver):
    """Lets no LUN be made until so many are being made at once."""

    def __init__(self, array: FakeArray, parties: int) -> None:
        super().__init__(array)
        self._barrier = threading.Barrier(parties, timeout=10)

    def _create_lun(self, new: NewLun) -> Lun:
        self._barrier.wait()
        return super()._create_lun(new)


def test_as_many_luns_are_made_at_once_as_the_array_likes() -> None:
    driver = Meeting(FakeArray(capabilities=replace(CAPABILITIES, parallel_calls=3)), 3)
    planned = plan(asked(*({"name": f"l{number}"} for number in range(6)), **NEW), read(driver))
    assert [one.error for one in carry_out(planned, driver)] == [None] * 6


def test_a_lun_and_its_copy_are_never_made_at_once() -> None:
    driver = FakeDriver(FakeArray(capabilities=replace(CAPABILITIES, parallel_calls=8)))
    luns = [{"name": f"l{number}", "source": {"lun": f"l{number - 1}"}} for number in range(1, 9)]
    planned = plan(asked(*reversed(luns), {"name": "l0"}, **NEW), read(driver))
    assert [one.error for one in carry_out(planned, driver)] == [None] * 9


def test_a_busy_array_is_told_for_the_lun_that_met_it() -> None:
    (outcome,) = run(failing("create_lun", Busy("later")), name="a", **NEW)
    assert isinstance(outcome.error, Busy)
    assert outcome.actions == ()
