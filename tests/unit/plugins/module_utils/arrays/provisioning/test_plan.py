# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.activity import Activity
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import Plan, plan, rounds
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.steps import (
    Create,
    Delete,
    Describe,
    Grow,
    Shrink,
    Unmap,
)

from ..memory_array import CAPABILITIES
from .asked import IQN, asked, host
from .planned import GIB, MONDAY, A, B, assert_refused, holding, refusal, steps, without


def test_a_new_lun_is_created() -> None:
    new = NewLun("new", "gold", GIB, "thin", "for data")
    assert steps(holding(), name="new", pool="gold", size="1G", description="for data") == [Create(new)]


def test_its_size_is_rounded_up_as_the_array_does() -> None:
    assert steps(holding(), name="new", pool="gold", size="4097") == [Create(NewLun("new", "gold", 8192, "thin"))]


def test_default_provisioning_is_the_arrays_own() -> None:
    thick = replace(CAPABILITIES, default_provisioning="thick")
    (create,) = steps(holding(capabilities=thick), name="new", pool="gold", size="1G")
    assert create == Create(NewLun("new", "gold", GIB, "thick"))


@pytest.mark.parametrize("missing", ["pool", "size"])
def test_a_new_lun_needs_a_pool_and_a_size(missing: str) -> None:
    lun = {"name": "new", "pool": "gold", "size": "1G"}
    del lun[missing]
    assert_refused(holding(), "invalid_value", missing, "new", **lun)


def test_an_unknown_pool_is_refused_with_those_there_are() -> None:
    assert_refused(holding(), "not_found", "bronze", "gold, silver", name="new", pool="bronze", size="1G")


@pytest.mark.parametrize(("capability", "provisioning"), [("thin", "thin"), ("thick", "thick"), ("thin", "default")])
def test_provisioning_that_the_array_does_not_do_is_refused(capability: str, provisioning: str) -> None:
    inventory = holding(**without(capability))
    lun = {"name": "new", "pool": "gold", "size": "1G", "provisioning": provisioning}
    assert_refused(inventory, "not_supported", "new", capability, **lun)


def test_a_description_where_there_are_none_is_refused_but_an_empty_one_is_not() -> None:
    inventory = holding(**without("description"))
    lun = {"name": "new", "pool": "gold", "size": "1G"}
    assert_refused(inventory, "not_supported", "description", **lun, description="x")
    assert len(steps(inventory, **lun, description="")) == 1


@pytest.mark.parametrize("lun", [{"name": "new", "pool": "silver"}, {"name": "b"}])
def test_more_than_the_whole_pool_is_refused(lun: dict[str, Any]) -> None:
    assert_refused(holding(B), "no_space", "silver", "10 GiB", lun["name"], **lun, size="11G")


def test_less_or_more_than_the_array_allows_is_refused() -> None:
    narrow = holding(capabilities=replace(CAPABILITIES, smallest_lun=8192, largest_lun=GIB))
    assert_refused(narrow, "invalid_value", "size", "least, 8192", name="new", pool="gold", size="4096")
    assert_refused(narrow, "invalid_value", "size", "largest, 1 GiB", name="new", pool="gold", size="2G")


@pytest.mark.parametrize(
    "lun",
    [
        {"name": "a"},
        {"name": "a", "pool": "gold", "size": "1G", "provisioning": "thin", "description": "the first"},
        {"name": "a", "provisioning": "default"},
        {"name": "a", "size": str(GIB - 1)},
        {"name": "a", "source": {"lun": "gone-by-now"}},
        {"name": "a", "hosts": [host("alpha")]},
        {"name": "a", "hosts": [{"name": "alpha"}], "lun_number": 7},
        {"name": "a", "hosts": [host("alpha")], "append": True},
        {"name": "b", "hosts": []},
        {"name": "b", "description": ""},
        {"name": "nonsuch", "state": "absent"},
    ],
)
def test_what_is_as_it_was_asked_for_needs_nothing(lun: dict[str, Any]) -> None:
    assert plan(asked(**lun), holding(A, B, on={(A, "alpha"): 7})).is_empty


def test_a_lun_is_not_moved_to_another_pool() -> None:
    assert_refused(holding(A), "invalid_value", "pool", "'silver'", "gold", name="a", pool="silver")


def test_provisioning_is_not_changed() -> None:
    assert_refused(holding(A), "invalid_value", "provisioning", "'thick'", "thin", name="a", provisioning="thick")


def test_provisioning_that_the_array_does_not_tell_is_not_compared() -> None:
    assert steps(holding(replace(A, provisioning=None)), name="a", provisioning="thick") == []


def test_another_description_is_set() -> None:
    assert steps(holding(A), name="a", description="other") == [Describe("other")]
    assert steps(holding(A), name="a", description="") == [Describe("")]


def test_a_larger_size_grows() -> None:
    assert steps(holding(A), name="a", size=str(2 * GIB - 1)) == [Grow(2 * GIB)]


def test_a_smaller_size_is_refused_unless_shrinking_is_allowed() -> None:
    assert_refused(holding(B), "invalid_value", "size", "LUN b", "allow_shrink", name="b", size="1G")
    assert steps(holding(B), name="b", size="1G", allow_shrink=True) == [Shrink(GIB)]


@pytest.mark.parametrize(("capability", "size"), [("grow", "3G"), ("shrink", "1G")])
def test_resizing_that_the_array_does_not_do_is_refused(capability: str, size: str) -> None:
    inventory = holding(B, **without(capability))
    assert_refused(inventory, "not_supported", capability, name="b", size=size, allow_shrink=True)


def test_a_lun_that_is_not_mapped_is_deleted() -> None:
    assert steps(holding(A), name="a", state="absent") == [Delete()]


def test_a_lun_that_another_call_is_making_is_not_said_to_be_gone() -> None:
    making = holding(activities=[Activity("copy", "new", 0, GIB)])
    assert_refused(making, "busy", "new", "making", name="new", state="absent")


def test_a_mapped_lun_is_not_deleted_unless_forced() -> None:
    inventory = holding(A, on={(A, "alpha"): 0, (A, "beta"): 3})
    assert_refused(inventory, "still_mapped", "LUN a", "alpha, beta", "force_unmap", name="a", state="absent")
    forced = steps(inventory, name="a", state="absent", force_unmap=True)
    assert forced == [Unmap("alpha"), Unmap("beta"), Delete()]


def test_a_lun_with_snapshots_is_not_deleted_even_when_forced() -> None:
    inventory = holding(A, snapshots=[MONDAY])
    assert_refused(inventory, "has_dependants", "LUN a", "monday", name="a", state="absent", force_unmap=True)


def test_every_reason_is_told_once_and_the_first_gives_the_kind() -> None:
    refused = refusal(
        holding(A, on={(A, "alpha"): 0}),
        {"name": "a", "state": "absent"},
        {"name": "x", "size": "1G", "pool": "bronze"},
        {"name": "y", "size": "1G", "pool": "bronze"},
        {"name": "z", "size": "1G", "pool": "gold", "hosts": [{"name": "gamma"}]},
    )
    assert refused.kind == "still_mapped"
    for word in ("LUN a", "bronze", "gamma"):
        assert str(refused).count(word) == 1


def test_a_plan_keeps_the_order_of_the_task() -> None:
    planned = plan(asked({"name": "z"}, {"name": "a"}, {"name": "m"}, pool="gold", size="1G"), holding())
    assert [lun.request.name for lun in planned.luns] == ["z", "a", "m"]


def test_a_plan_knows_what_was_there() -> None:
    (lun,) = plan(asked(name="a", description="x"), holding(A, on={(A, "alpha"): 3})).luns
    assert lun.before == A
    assert lun.mapped_before == (Mapping(A.wwid, "alpha", 3, None),)


def test_a_plan_with_only_a_host_to_prepare_is_not_empty() -> None:
    inventory = holding(A, on={(A, "alpha"): 0})
    assert not plan(asked(name="a", hosts=[host("alpha", IQN + "alpha", IQN + "new")]), inventory).is_empty


def test_nothing_asked_for_is_an_empty_plan() -> None:
    assert plan([], holding(A)) == Plan((), ())
    assert plan([], holding(A)).is_empty


def test_a_thousand_luns_are_planned_in_two_rounds() -> None:
    luns = [{"name": "base", "pool": "gold", "size": "1G"}]
    luns += [{"name": f"copy{number}", "source": {"lun": "base"}} for number in range(1000)]
    assert [len(ready) for ready in rounds(plan(asked(*luns), holding()).luns)] == [1, 1000]


def test_a_long_chain_is_planned() -> None:
    chain = [{"name": "l0", "pool": "gold", "size": "1G"}]
    chain += [{"name": f"l{place}", "source": {"lun": f"l{place - 1}"}} for place in range(1, 1500)]
    assert len(rounds(plan(asked(*chain), holding()).luns)) == 1500
