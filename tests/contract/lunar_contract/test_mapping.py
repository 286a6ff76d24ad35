# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 5: a mapping is one LUN for one host, seen from both sides, under a number of its own."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NameInUse, NotFound, StillMapped
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue, StorageError

from .array_under_test import BLOCK, ArrayUnderTest, pattern

pytestmark = pytest.mark.point(5)


def test_mapping_is_seen_from_both_sides(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    assert (mapping.lun_wwid, mapping.host) == (lun.wwid, host.name)
    assert array.mapping(lun, host) == mapping
    assert array.harness.size_seen(mapping) == lun.size


def test_lun_that_is_not_mapped_is_seen_by_nobody(array: ArrayUnderTest) -> None:
    mapped, unmapped = array.lun("mapped"), array.lun("unmapped")
    array.driver.map_lun(mapped, array.host("left").name)
    assert {mapped.wwid} == {one.lun_wwid for one in array.other.mappings()} & {mapped.wwid, unmapped.wwid}


def test_hosts_of_one_lun_see_the_same_data(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    left, right = (array.driver.map_lun(lun, array.host(name).name) for name in ("left", "right"))
    array.harness.write(left, 0, pattern(1, BLOCK))
    assert array.harness.read(right, 0, BLOCK) == pattern(1, BLOCK)


def test_each_mapping_leads_to_its_own_lun(array: ArrayUnderTest) -> None:
    host = array.host("left")
    luns = [array.lun(f"lun-{index}") for index in range(4)]
    mappings = [array.driver.map_lun(lun, host.name) for lun in luns]
    for seed, mapping in enumerate(mappings):
        array.harness.write(mapping, 0, pattern(seed, BLOCK))
    assert [array.read(lun, 0, BLOCK) for lun in luns] == [pattern(seed, BLOCK) for seed in range(4)]


def test_mapping_again_changes_nothing(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    with array.unchanged():
        assert array.driver.map_lun(lun, host.name) == mapping
        assert array.client().map_lun(lun, host.name) == mapping
        assert array.driver.map_lun(lun, host.name, mapping.lun_number + 7) == mapping


def test_lun_is_mapped_to_many_hosts_in_one_call(array: ArrayUnderTest) -> None:
    lun, hosts = array.lun("alpha"), [array.host(name) for name in ("left", "middle", "right")]
    array.driver.map_lun(lun, hosts[1].name, 4)
    asked: dict[str, Any] = {hosts[0].name: 7, hosts[1].name: None, hosts[2].name: None}
    mappings = array.driver.map_lun_to(lun, asked)
    assert [one.host for one in mappings] == list(asked)
    assert [one.lun_number for one in mappings][:2] == [7, 4]
    assert set(mappings) == {array.mapping(lun, host) for host in hosts}
    assert {array.harness.size_seen(one) for one in mappings} == {lun.size}
    with array.unchanged():
        assert array.driver.map_lun_to(lun, asked) == mappings


def test_call_for_many_hosts_that_failed_at_one_can_be_repeated(array: ArrayUnderTest) -> None:
    lun, left, right = array.lun("alpha"), array.host("left"), array.host("right")
    with pytest.raises(NotFound):
        array.driver.map_lun_to(lun, {left.name: None, "contract-nobody": None, right.name: None})
    assert {one.host for one in array.other.mappings() if one.lun_wwid == lun.wwid} <= {left.name, right.name}
    mappings = array.driver.map_lun_to(lun, {left.name: None, right.name: None})
    assert set(mappings) == {array.mapping(lun, left), array.mapping(lun, right)}


def test_bad_number_among_many_hosts_maps_none(array: ArrayUnderTest) -> None:
    lun, left, right = array.lun("alpha"), array.host("left"), array.host("right")
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.map_lun_to(lun, {left.name: 1, right.name: -1})


def test_unmapped_lun_is_gone_from_both_sides(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    assert array.driver.unmap_lun(lun, host.name) is True
    assert array.mapping(lun, host) is None
    assert array.soon(lambda: array.harness.size_seen(mapping) is None)


def test_unmapping_again_says_so_and_changes_nothing(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    array.driver.map_lun(lun, host.name)
    array.driver.unmap_lun(lun, host.name)
    with array.unchanged():
        assert array.driver.unmap_lun(lun, host.name) is False


def test_unmapping_keeps_the_data(array: ArrayUnderTest) -> None:
    lun, host = array.filled("alpha"), array.host("left")
    content = array.read(lun)
    array.driver.map_lun(lun, host.name)
    array.driver.unmap_lun(lun, host.name)
    assert array.read(lun) == content


def test_two_hosts_do_not_disturb_each_other(array: ArrayUnderTest) -> None:
    lun, left, right = array.lun("alpha"), array.host("left"), array.host("right")
    kept = array.driver.map_lun(lun, right.name)
    array.driver.map_lun(lun, left.name)
    array.driver.unmap_lun(lun, left.name)
    assert array.mapping(lun, left) is None
    assert array.mapping(lun, right) == kept
    array.harness.write(kept, 0, pattern(1, BLOCK))
    assert array.harness.read(kept, 0, BLOCK) == pattern(1, BLOCK)


def test_luns_of_one_host_do_not_disturb_each_other(array: ArrayUnderTest) -> None:
    one, two, host = array.lun("one"), array.lun("two"), array.host("left")
    array.driver.map_lun(one, host.name)
    kept = array.driver.map_lun(two, host.name)
    array.driver.unmap_lun(one, host.name)
    assert array.mapping(two, host) == kept
    assert array.harness.size_seen(kept) == two.size


def test_numbers_never_collide_on_a_host(array: ArrayUnderTest) -> None:
    hosts = [array.host("left"), array.host("right")]
    luns = [array.lun(f"lun-{index}") for index in range(40)]
    for index, lun in enumerate(luns):
        for host in hosts[: 1 + index % 2]:
            array.driver.map_lun(lun, host.name)
    for host, count in zip(hosts, (40, 20), strict=True):
        numbers = [one.lun_number for one in array.other.mappings() if one.host == host.name]
        assert len(numbers) == count
        assert len(set(numbers)) == count


def test_number_that_was_asked_for_is_given(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    assert array.driver.map_lun(lun, host.name, 17).lun_number == 17
    mapping = array.mapping(lun, host)
    assert mapping is not None
    assert mapping.lun_number == 17


def test_number_in_use_is_refused_on_that_host_only(array: ArrayUnderTest) -> None:
    one, two, left, right = array.lun("one"), array.lun("two"), array.host("left"), array.host("right")
    array.driver.map_lun(one, left.name, 5)
    with array.unchanged(), pytest.raises(NameInUse):
        array.driver.map_lun(two, left.name, 5)
    assert array.driver.map_lun(two, right.name, 5).lun_number == 5


def test_lowest_free_number_is_given_between_those_asked_for(array: ArrayUnderTest) -> None:
    host = array.host("left")
    given = [array.driver.map_lun(array.lun("first"), host.name).lun_number]
    array.driver.map_lun(array.lun("asked"), host.name, given[0] + 2)
    given += [array.driver.map_lun(array.lun(f"lun-{index}"), host.name).lun_number for index in range(3)]
    assert given == [given[0], given[0] + 1, given[0] + 3, given[0] + 4]


def test_number_is_free_again_when_its_lun_is_unmapped(array: ArrayUnderTest) -> None:
    one, two, host = array.lun("one"), array.lun("two"), array.host("left")
    array.driver.map_lun(one, host.name, 9)
    array.driver.unmap_lun(one, host.name)
    assert array.driver.map_lun(two, host.name, 9).lun_number == 9
    mapping = array.mapping(two, host)
    assert mapping is not None
    assert array.harness.size_seen(mapping) == two.size


def test_highest_number_can_be_given_and_no_higher(array: ArrayUnderTest) -> None:
    lun, host, highest = array.lun("alpha"), array.host("left"), array.can.highest_lun_number
    for number in (highest + 1, -1):
        with array.unchanged(), pytest.raises(InvalidValue):
            array.driver.map_lun(lun, host.name, number)
    assert array.driver.map_lun(lun, host.name, highest).lun_number == highest


def test_lun_that_is_gone_is_not_mapped(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    array.other.delete_lun(lun)
    with array.unchanged(), pytest.raises(NotFound):
        array.driver.map_lun(lun, host.name)


def test_host_with_a_mapping_is_not_forgotten(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    with array.unchanged(), pytest.raises(StillMapped):
        array.driver.delete_host(host.name)
    assert array.harness.size_seen(mapping) == lun.size


def test_host_is_forgotten_once(array: ArrayUnderTest) -> None:
    left, right = array.host("left"), array.host("right")
    assert array.driver.delete_host(left.name) is True
    assert left.name not in {host.name for host in array.other.hosts()}
    assert right in array.other.hosts()
    with array.unchanged():
        assert array.driver.delete_host(left.name) is False


def test_host_made_again_sees_nothing_of_the_old_one(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    array.driver.unmap_lun(lun, host.name)
    array.driver.delete_host(host.name)
    assert array.driver.create_host(host.name, host.initiators) == host
    assert array.mapping(lun, host) is None
    assert array.harness.size_seen(mapping) is None


def test_every_transport_has_a_portal(array: ArrayUnderTest) -> None:
    portals = array.driver.portals()
    assert {portal.transport for portal in portals} == set(array.can.transports)
    assert all(portal.address for portal in portals)
    assert all((portal.target is None) == (portal.transport == "path") for portal in portals)


def test_path_is_given_where_the_transport_is_a_path(array: ArrayUnderTest) -> None:
    mapping = array.driver.map_lun(array.lun("alpha"), array.host("left").name)
    assert (mapping.path is not None) == (array.can.transports == ("path",))


def test_task_maps_moves_and_takes_away(array: ArrayUnderTest) -> None:
    left, right = array.host("left"), array.host("right")
    array.provision_ordinary("alpha", hosts=[{"name": left.name, "initiators": None}])
    (lun,) = array.named("alpha")
    assert array.mapping(lun, left) is not None
    asked: dict[str, Any] = {"hosts": [{"name": right.name, "initiators": None}], "force_unmap": True}
    assert array.provision("alpha", **asked).changed
    assert array.mapping(lun, left) is None
    assert array.mapping(lun, right) is not None
    assert not array.provision("alpha", **asked).changed


def test_task_does_not_take_a_lun_from_a_host_unforced(array: ArrayUnderTest) -> None:
    host = array.host("left")
    array.provision_ordinary("alpha", hosts=[{"name": host.name, "initiators": None}])
    with array.unchanged(), pytest.raises(StorageError) as refused:
        array.provision("alpha", hosts=[])
    assert refused.value.kind == StillMapped.kind
