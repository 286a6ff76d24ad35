# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 7: an initiator belongs to one host, in whatever case it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NameInUse, NotFound
from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError

from .array_under_test import PREFIX, ArrayUnderTest

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host

pytestmark = pytest.mark.point(7)


def listed(array: ArrayUnderTest, name: str) -> Host | None:
    return next((host for host in array.other.hosts() if host.name == name), None)


def test_new_host_is_listed_with_its_initiators_sorted(array: ArrayUnderTest) -> None:
    initiators = [array.initiator() for _turn in range(3)]
    host = array.driver.create_host(PREFIX + "left", reversed(initiators))
    assert host.initiators == tuple(sorted(initiators))
    assert listed(array, host.name) == host


def test_initiator_of_another_host_is_refused_and_its_owner_named(array: ArrayUnderTest) -> None:
    owner = array.host("left")
    with array.unchanged(), pytest.raises(NameInUse, match=owner.name):
        array.driver.create_host(PREFIX + "right", owner.initiators)


def test_one_foreign_initiator_among_many_refuses_the_whole_host(array: ArrayUnderTest) -> None:
    owner = array.host("left")
    with array.unchanged(), pytest.raises(NameInUse):
        array.driver.create_host(PREFIX + "right", [array.initiator(), *owner.initiators, array.initiator()])


def test_initiator_of_another_host_is_not_added(array: ArrayUnderTest) -> None:
    owner, other = array.host("left"), array.host("right")
    with array.unchanged(), pytest.raises(NameInUse, match=owner.name):
        array.driver.add_initiators(other.name, [array.initiator(), *owner.initiators])


def test_initiator_of_another_host_is_refused_in_any_case(array: ArrayUnderTest) -> None:
    owner, other = array.host("left"), array.host("right")
    loud = [initiator.upper() for initiator in owner.initiators]
    with array.unchanged(), pytest.raises(NameInUse):
        array.driver.create_host(PREFIX + "third", loud)
    with array.unchanged(), pytest.raises(NameInUse):
        array.driver.add_initiators(other.name, loud)


def test_initiators_are_reported_in_one_spelling(array: ArrayUnderTest) -> None:
    initiator = array.initiator()
    host = array.driver.create_host(PREFIX + "left", [f" {initiator.upper()} "])
    assert host.initiators == (initiator,)
    assert listed(array, host.name) == host


def test_spellings_of_one_initiator_are_one(array: ArrayUnderTest) -> None:
    initiator = array.initiator()
    host = array.driver.create_host(PREFIX + "left", [initiator, initiator.upper(), initiator.title()])
    assert host.initiators == (initiator,)


def test_adding_what_the_host_has_changes_nothing(array: ArrayUnderTest) -> None:
    host = array.host("left")
    with array.unchanged():
        assert array.driver.add_initiators(host.name, host.initiators) == host
        assert array.driver.add_initiators(host.name, [one.upper() for one in host.initiators]) == host


def test_added_initiators_join_those_that_are_there(array: ArrayUnderTest) -> None:
    host, more = array.host("left"), array.initiator()
    grown = array.driver.add_initiators(host.name, [more])
    assert grown.initiators == tuple(sorted([*host.initiators, more]))
    assert listed(array, host.name) == grown


def test_removed_initiators_are_gone_in_any_case(array: ArrayUnderTest) -> None:
    kept, gone = array.initiator(), array.initiator()
    host = array.driver.create_host(PREFIX + "left", [kept, gone])
    fewer = array.driver.remove_initiators(host.name, [gone.upper()])
    assert fewer.initiators == (kept,)
    assert listed(array, host.name) == fewer


def test_removing_what_the_host_does_not_have_changes_nothing(array: ArrayUnderTest) -> None:
    left, right = array.host("left"), array.host("right")
    with array.unchanged():
        assert array.driver.remove_initiators(left.name, [array.initiator(), *right.initiators]) == left


def test_removed_initiator_can_go_to_another_host(array: ArrayUnderTest) -> None:
    moved, kept = array.initiator(), array.initiator()
    left, right = array.driver.create_host(PREFIX + "left", [moved, kept]), array.host("right")
    array.driver.remove_initiators(left.name, [moved])
    assert moved in array.driver.add_initiators(right.name, [moved]).initiators
    assert listed(array, left.name) != left


def test_forgotten_host_frees_its_initiators(array: ArrayUnderTest) -> None:
    left = array.host("left")
    array.driver.delete_host(left.name)
    assert array.driver.create_host(PREFIX + "right", left.initiators).initiators == left.initiators


def test_more_initiators_leave_the_mappings(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    array.driver.add_initiators(host.name, [array.initiator()])
    assert array.mapping(lun, host) == mapping
    assert array.harness.size_seen(mapping) == lun.size


def test_unknown_host_is_not_found(array: ArrayUnderTest) -> None:
    for change in (array.driver.add_initiators, array.driver.remove_initiators):
        with array.unchanged(), pytest.raises(NotFound):
            change(PREFIX + "nobody", [array.initiator()])


def test_task_in_another_case_has_nothing_to_do(array: ArrayUnderTest) -> None:
    initiator = array.initiator()
    array.provision_ordinary("alpha", hosts=[{"name": PREFIX + "left", "initiators": [initiator]}])
    with array.unchanged():
        again = array.provision_ordinary("alpha", hosts=[{"name": PREFIX + "left", "initiators": [initiator.upper()]}])
    assert not again.changed


def test_task_does_not_take_an_initiator_from_another_host(array: ArrayUnderTest) -> None:
    owner = array.host("left")
    with array.unchanged(), pytest.raises(StorageError, match=owner.name) as refused:
        array.provision_ordinary("alpha", hosts=[{"name": PREFIX + "right", "initiators": list(owner.initiators)}])
    assert refused.value.kind == NameInUse.kind
