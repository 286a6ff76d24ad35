# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import plan, rounds
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.steps import (
    Clone,
    Copy,
    Create,
    Delete,
    Grow,
    Map,
)

from .asked import asked, host
from .planned import GIB, MONDAY, A, B, assert_refused, holding, refusal, steps, without


@pytest.mark.parametrize(("method", "step"), [("clone", Clone), ("copy", Copy)])
def test_a_lun_is_made_from_another_in_the_same_pool(method: str, step: type[Clone | Copy]) -> None:
    made = steps(holding(A), name="new", source={"lun": "a", "method": method})
    assert made == [step(NewLun("new", "gold", A.size, "thin"), A, "a")]


def test_a_lun_is_made_from_a_snapshot() -> None:
    (step,) = steps(holding(A, snapshots=[MONDAY]), name="new", source={"lun": "a", "snapshot": "monday"})
    assert step == Clone(NewLun("new", "gold", MONDAY.size, "thin"), MONDAY, "a")


def test_the_pool_of_a_copy_can_be_another() -> None:
    (step,) = steps(holding(A), name="new", pool="silver", source={"lun": "a", "method": "copy"})
    assert step == Copy(NewLun("new", "silver", A.size, "thin"), A, "a")


def test_a_larger_copy_grows_afterwards() -> None:
    made = steps(holding(A), name="new", size="3G", source={"lun": "a"}, hosts=[host("alpha")])
    assert [type(step) for step in made] == [Clone, Grow, Map]
    assert made[1] == Grow(3 * GIB)


def test_a_copy_of_the_same_size_does_not_grow() -> None:
    assert len(steps(holding(A), name="new", size="1G", source={"lun": "a"})) == 1


def test_a_copy_smaller_than_its_source_is_refused() -> None:
    assert_refused(holding(B), "invalid_value", "size", "new", str(2 * GIB), name="new", size="1G", source={"lun": "b"})


@pytest.mark.parametrize(
    ("source", "word"),
    [({"lun": "nonsuch"}, "nonsuch"), ({"lun": "a", "snapshot": "tuesday"}, "tuesday")],
)
def test_a_source_that_is_not_there_is_refused(source: dict[str, str], word: str) -> None:
    assert_refused(holding(A, snapshots=[MONDAY]), "not_found", word, name="new", source=source)


@pytest.mark.parametrize("method", ["clone", "copy"])
def test_a_way_that_the_array_does_not_have_is_refused(method: str) -> None:
    inventory = holding(A, **without(method))
    assert_refused(inventory, "not_supported", method, name="new", source={"lun": "a", "method": method})


def test_a_source_of_the_same_task_is_made_first() -> None:
    planned = plan(
        asked({"name": "copy", "source": {"lun": "base"}}, {"name": "base", "pool": "gold", "size": "1G"}), holding()
    )
    assert [lun.waits_for for lun in planned.luns] == ["base", None]
    assert planned.luns[0].steps == (Clone(NewLun("copy", "gold", GIB, "thin"), None, "base"),)
    assert [[lun.request.name for lun in ready] for ready in rounds(planned.luns)] == [["base"], ["copy"]]


def test_a_chain_within_a_task_takes_pool_and_size_from_its_beginning() -> None:
    planned = plan(
        asked(
            {"name": "third", "source": {"lun": "second"}, "size": "2G"},
            {"name": "second", "source": {"lun": "first"}},
            {"name": "first", "pool": "silver", "size": "1G"},
        ),
        holding(),
    )
    assert [step.new.pool for lun in planned.luns for step in lun.steps if isinstance(step, (Create, Clone))] == [
        "silver"
    ] * 3
    assert planned.luns[0].steps[1] == Grow(2 * GIB)
    assert [[lun.request.name for lun in ready] for ready in rounds(planned.luns)] == [["first"], ["second"], ["third"]]


def test_a_chain_that_gets_smaller_is_refused() -> None:
    refused = refusal(
        holding(),
        {"name": "copy", "source": {"lun": "base"}, "size": "1G"},
        {"name": "base", "pool": "gold", "size": "2G"},
    )
    assert "copy" in str(refused)


def test_a_source_that_is_there_and_in_the_same_task_is_waited_for() -> None:
    planned = plan(asked({"name": "copy", "source": {"lun": "a"}}, {"name": "a"}), holding(A))
    assert planned.luns[0].waits_for == "a"


def test_a_source_that_the_same_task_removes_is_refused() -> None:
    refused = refusal(holding(A), {"name": "copy", "source": {"lun": "a"}}, {"name": "a", "state": "absent"})
    assert refused.kind == "invalid_value"
    assert "removed by the same task" in str(refused)


def test_a_copy_that_is_there_does_not_keep_its_source() -> None:
    task = asked({"name": "b", "source": {"lun": "a"}}, {"name": "a", "state": "absent"})
    assert [list(lun.steps) for lun in plan(task, holding(A, B)).luns] == [[], [Delete()]]


@pytest.mark.parametrize("length", [2, 3, 5])
def test_luns_made_from_each_other_are_refused(length: int) -> None:
    circle = [{"name": f"l{place}", "source": {"lun": f"l{(place + 1) % length}"}} for place in range(length)]
    refused = refusal(holding(), *circle, pool="gold", size="1G")
    assert refused.kind == "invalid_value"
    assert "made from each other" in str(refused)


def test_a_lun_from_a_circle_it_is_not_in_is_refused_too() -> None:
    refused = refusal(
        holding(),
        {"name": "outside", "source": {"lun": "x"}},
        {"name": "x", "source": {"lun": "y"}},
        {"name": "y", "source": {"lun": "x"}},
        pool="gold",
    )
    assert "outside" in str(refused)
