# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun, NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.inventory import (
    Inventory,
    inventory_of,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import Plan, Refused, plan, rounds
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.steps import (
    Clone,
    Copy,
    Create,
    Delete,
    Describe,
    Grow,
    Map,
    PrepareHost,
    Shrink,
    Step,
    Unmap,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot

from ..memory_array import CAPABILITIES
from .asked import IQN, asked, host

GIB = 1024**3
A = Lun("naa.3000000000000001", "1", "a", "gold", GIB, "thin", 0, "the first")
B = Lun("naa.3000000000000002", "2", "b", "silver", 2 * GIB, "thick", 0, None)
MONDAY = Snapshot("s1", "monday", A.wwid, "gold", GIB // 2, None, None)
ALPHA = Host("alpha", (IQN + "alpha",))
BETA = Host("beta", (IQN + "beta", IQN + "beta2"))
POOLS = (Pool("gold", 100 * GIB, 0, 100 * GIB, 0, None), Pool("silver", 10 * GIB, 2 * GIB, 8 * GIB, 2 * GIB, None))


def holding(*luns: Lun, on: dict[tuple[Lun, str], int] | None = None, **other: Any) -> Inventory:
    """An array with these LUNs, mapped to these hosts with these numbers."""
    values: dict[str, Any] = {"capabilities": CAPABILITIES, "pools": POOLS, "hosts": (ALPHA, BETA), **other}
    mappings = [Mapping(lun.wwid, name, number, None) for (lun, name), number in (on or {}).items()]
    return inventory_of(values.pop("capabilities"), luns=luns, mappings=mappings, **values)


def steps(inventory: Inventory, **lun: Any) -> list[Step]:
    """The steps for one LUN."""
    (one,) = plan(asked(**lun), inventory).luns
    return list(one.steps)


def refusal(inventory: Inventory, *luns: dict[str, Any], **task: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        plan(asked(*luns, **task), inventory)
    return caught.value


def assert_refused(inventory: Inventory, kind: str, *words: str, **lun: Any) -> None:
    refused = refusal(inventory, **lun)
    assert refused.kind == kind
    assert [word for word in words if word not in str(refused)] == []


def without(capability: str) -> dict[str, Any]:
    return {"capabilities": replace(CAPABILITIES, **{capability: False})}


# Made


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


# As it is


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


# Resized


def test_a_larger_size_grows() -> None:
    assert steps(holding(A), name="a", size=str(2 * GIB - 1)) == [Grow(2 * GIB)]


def test_a_smaller_size_is_refused_unless_shrinking_is_allowed() -> None:
    assert_refused(holding(B), "invalid_value", "size", "LUN b", "allow_shrink", name="b", size="1G")
    assert steps(holding(B), name="b", size="1G", allow_shrink=True) == [Shrink(GIB)]


@pytest.mark.parametrize(("capability", "size"), [("grow", "3G"), ("shrink", "1G")])
def test_resizing_that_the_array_does_not_do_is_refused(capability: str, size: str) -> None:
    inventory = holding(B, **without(capability))
    assert_refused(inventory, "not_supported", capability, name="b", size=size, allow_shrink=True)


# Removed


def test_a_lun_that_is_not_mapped_is_deleted() -> None:
    assert steps(holding(A), name="a", state="absent") == [Delete()]


def test_a_mapped_lun_is_not_deleted_unless_forced() -> None:
    inventory = holding(A, on={(A, "alpha"): 0, (A, "beta"): 3})
    assert_refused(inventory, "still_mapped", "LUN a", "alpha, beta", "force_unmap", name="a", state="absent")
    forced = steps(inventory, name="a", state="absent", force_unmap=True)
    assert forced == [Unmap("alpha"), Unmap("beta"), Delete()]


def test_a_lun_with_snapshots_is_not_deleted_even_when_forced() -> None:
    inventory = holding(A, snapshots=[MONDAY])
    assert_refused(inventory, "has_dependants", "LUN a", "monday", name="a", state="absent", force_unmap=True)


# Mapped


def test_a_lun_is_mapped_to_each_host_with_one_number() -> None:
    inventory = holding(A, B, on={(B, "beta"): 0})
    (step,) = steps(inventory, name="a", hosts=[host("alpha"), {"name": "beta"}])
    assert step == Map(("alpha", "beta"), None, suggested=1)


def test_the_number_that_other_hosts_have_is_preferred() -> None:
    inventory = holding(A, on={(A, "alpha"): 5})
    (step,) = steps(inventory, name="a", hosts=[host("alpha"), {"name": "beta"}])
    assert step == Map(("beta",), None, suggested=5)


def test_a_number_that_was_asked_for_is_used() -> None:
    (step,) = steps(holding(A), name="a", hosts=[host("alpha")], lun_number=12)
    assert step == Map(("alpha",), 12)


def test_numbers_that_are_given_to_new_luns_differ_and_spare_those_asked_for() -> None:
    task = asked(
        {"name": "a"}, {"name": "b", "lun_number": 1}, {"name": "c"}, pool="gold", size="1G", hosts=[host("h")]
    )
    numbers = [step.lun_number or step.suggested for lun in plan(task, holding()).luns for step in lun.steps[1:]]
    assert numbers == [0, 1, 2]


def test_a_new_lun_is_made_before_it_is_mapped() -> None:
    made = steps(holding(), name="new", pool="gold", size="1G", hosts=[host("alpha")])
    assert [type(step) for step in made] == [Create, Map]


def test_hosts_that_are_not_named_are_unmapped_only_when_forced() -> None:
    inventory = holding(A, on={(A, "alpha"): 0})
    assert_refused(inventory, "still_mapped", "LUN a", "alpha", "append", name="a", hosts=[])
    assert steps(inventory, name="a", hosts=[], force_unmap=True) == [Unmap("alpha")]


def test_hosts_that_are_not_named_stay_with_append() -> None:
    inventory = holding(A, on={(A, "alpha"): 0})
    (step,) = steps(inventory, name="a", hosts=[{"name": "beta"}], append=True)
    assert isinstance(step, Map)
    assert step.hosts == ("beta",)


def test_hosts_stay_when_none_are_mentioned() -> None:
    assert steps(holding(A, on={(A, "alpha"): 0}), name="a") == []


def test_another_number_is_a_move_that_must_be_forced() -> None:
    inventory = holding(A, on={(A, "alpha"): 0})
    assert_refused(inventory, "still_mapped", "alpha", name="a", hosts=[host("alpha")], lun_number=4)
    moved = steps(inventory, name="a", hosts=[host("alpha")], lun_number=4, force_unmap=True)
    assert moved == [Unmap("alpha"), Map(("alpha",), 4)]


def test_append_does_not_hide_a_move() -> None:
    inventory = holding(A, on={(A, "alpha"): 0})
    assert_refused(inventory, "still_mapped", name="a", hosts=[host("alpha")], lun_number=4, append=True)


def test_a_number_of_another_lun_is_refused_by_that_luns_name() -> None:
    inventory = holding(A, B, on={(B, "alpha"): 4})
    assert_refused(inventory, "name_in_use", "4", "alpha", "LUN b", name="a", hosts=[host("alpha")], lun_number=4)
    assert_refused(
        inventory, "name_in_use", "LUN b", name="new", pool="gold", size="1G", hosts=[host("alpha")], lun_number=4
    )


def test_the_same_number_on_another_host_is_free() -> None:
    inventory = holding(A, B, on={(B, "alpha"): 4})
    assert steps(inventory, name="a", hosts=[{"name": "beta"}], lun_number=4) == [Map(("beta",), 4)]


def test_one_number_for_two_luns_of_a_task_is_refused() -> None:
    refused = refusal(holding(A, B), {"name": "a"}, {"name": "b"}, hosts=[host("alpha")], lun_number=1)
    assert refused.kind == "invalid_value"
    assert "asked for a and b" in str(refused)


@pytest.mark.parametrize("number", [-1, 256])
def test_a_number_beyond_the_arrays_range_is_refused(number: int) -> None:
    assert_refused(holding(A), "invalid_value", "lun_number", "255", name="a", hosts=[host("alpha")], lun_number=number)


# Hosts


def prepared(inventory: Inventory, **lun: Any) -> list[PrepareHost]:
    return list(plan(asked(name="a", **lun), inventory).hosts)


def test_an_unknown_host_is_made_known() -> None:
    assert prepared(holding(A), hosts=[host("gamma")]) == [PrepareHost(Host("gamma", (IQN + "gamma",)))]


def test_a_host_is_made_known_once_for_all_luns() -> None:
    planned = plan(asked({"name": "a"}, {"name": "b"}, hosts=[host("gamma")]), holding(A, B))
    assert len(planned.hosts) == 1


def test_an_unknown_host_without_initiators_is_refused() -> None:
    assert_refused(holding(A), "invalid_value", "'gamma'", "initiators", name="a", hosts=[{"name": "gamma"}])


def test_a_known_host_needs_no_initiators() -> None:
    assert prepared(holding(A), hosts=[{"name": "beta"}]) == []


def test_a_missing_initiator_is_added() -> None:
    more = [host("alpha", IQN + "alpha", IQN + "new")]
    assert prepared(holding(A), hosts=more) == [PrepareHost(Host("alpha", (IQN + "new",)))]


def test_surplus_initiators_are_removed_only_when_forced() -> None:
    exact = [host("beta", IQN + "beta")]
    assert_refused(holding(A), "still_mapped", IQN + "beta2", "beta", "append", name="a", hosts=exact)
    assert prepared(holding(A), hosts=exact, force_unmap=True) == [PrepareHost(Host("beta", ()), (IQN + "beta2",))]


def test_surplus_initiators_stay_with_append() -> None:
    assert prepared(holding(A), hosts=[host("beta", IQN + "beta")], append=True) == []


def test_an_initiator_of_another_host_is_refused() -> None:
    stolen = [host("alpha", IQN + "alpha", IQN + "beta")]
    assert_refused(holding(A), "name_in_use", IQN + "beta", "belongs to host beta", name="a", hosts=stolen)


def test_hosts_of_luns_that_shall_be_absent_are_not_prepared() -> None:
    assert prepared(holding(A), state="absent", hosts=[host("gamma")]) == []


# Sources


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


# Space


def thick(name: str, size: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "pool": "silver", "size": size, "provisioning": "thick", **more}


def test_thick_luns_that_do_not_fit_together_are_refused() -> None:
    assert plan(asked(thick("x", "4G"), thick("y", "4G")), holding(B))
    refused = refusal(holding(B), thick("x", "4G"), thick("y", "5G"))
    assert refused.kind == "no_space"
    assert "silver" in str(refused)
    assert "9 GiB" in str(refused)


def test_thin_luns_may_promise_more_than_there_is() -> None:
    assert plan(asked({"name": "x"}, {"name": "y"}, pool="silver", size="9G"), holding(B))


def test_growing_a_thick_lun_needs_only_what_is_added() -> None:
    assert steps(holding(B), name="b", size="10G") == [Grow(10 * GIB)]


@pytest.mark.parametrize(
    "lun",
    [
        {"name": "b", "size": "10G"},
        thick("copy", "8G", source={"lun": "b"}),
        {"name": "copy", "pool": "silver", "provisioning": "thick", "source": {"lun": "b"}},
        {"name": "copy", "provisioning": "thick", "source": {"lun": "b", "method": "copy"}},
    ],
)
def test_whatever_will_be_thick_must_fit(lun: dict[str, Any]) -> None:
    full = (replace(POOLS[1], free=GIB),)
    assert_refused(holding(B, pools=full), "no_space", "silver", **lun)


def test_thick_by_default_counts_too() -> None:
    inventory = holding(B, capabilities=replace(CAPABILITIES, default_provisioning="thick"))
    assert_refused(inventory, "no_space", name="x", pool="silver", size="9G")


def test_a_pool_that_does_not_tell_its_space_refuses_nothing() -> None:
    assert steps(holding(pools=[Pool("silver", None, None, None, None, None)]), **thick("x", "1000G"))


def test_a_refused_lun_is_not_counted_for_space_twice() -> None:
    refused = refusal(holding(), thick("x", "11G"))
    assert str(refused).count("silver") == 1


# The plan as a whole


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
