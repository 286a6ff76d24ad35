# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.steps import (
    Create,
    Map,
    Unmap,
)

from .asked import asked, host
from .planned import A, B, assert_refused, holding, refusal, steps


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
