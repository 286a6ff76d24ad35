# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 9: a LUN is known by its WWID: what knew its predecessor does not touch it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NotFound
from ansible_collections.lunar.storage.plugins.module_utils.arrays.wwid import is_naa

from .array_under_test import PREFIX, ArrayUnderTest, flipped, pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun

pytestmark = pytest.mark.point(9)


def predecessor_of(array: ArrayUnderTest, name: str) -> Lun:
    """A LUN that is gone, and whose name a new one has, with data."""
    old = array.lun(name)
    assert array.driver.delete_lun(old) is True
    array.filled(name, seed=9)
    return old


def changes(array: ArrayUnderTest, driver: Driver, old: Lun, host: Host) -> dict[str, Callable[[], object]]:
    """All that could be done to a LUN with an old description of it, as far as the array claims it."""
    acts: dict[str, Callable[[], object]] = {
        "delete": lambda: driver.delete_lun(old),
        "grow": lambda: driver.grow_lun(old, 2 * old.size),
        "shrink": lambda: driver.shrink_lun(old, old.size // 2),
        "description": lambda: driver.describe_lun(old, "of the old one"),
        "map": lambda: driver.map_lun(old, host.name),
        "unmap": lambda: driver.unmap_lun(old, host.name),
        "clone": lambda: driver.clone_lun(old, array.replica("clone")),
        "copy": lambda: driver.copy_lun(old, array.replica("copy")),
        "snapshot": lambda: driver.create_snapshot(old, PREFIX + "monday"),
    }
    return {name: act for name, act in acts.items() if getattr(array.can, name, True)}


def test_wwids_are_well_formed_names_of_the_naa(array: ArrayUnderTest) -> None:
    array.lun("alpha")
    assert all(is_naa(lun.wwid) for lun in array.driver.luns())


def test_wwids_and_ids_are_unique(array: ArrayUnderTest) -> None:
    luns = [array.lun(f"lun-{index}") for index in range(20)]
    assert len({lun.wwid for lun in luns}) == len(luns)
    assert len({lun.id for lun in luns}) == len(luns)
    assert all(lun.id for lun in luns)


def test_wwids_are_never_given_twice(array: ArrayUnderTest) -> None:
    seen = set()
    for _turn in range(30):
        lun = array.lun("alpha")
        seen.add(lun.wwid)
        array.driver.delete_lun(lun)
    assert len(seen) == 30


def test_wwids_are_never_given_twice_by_clients_that_come_and_go(array: ArrayUnderTest) -> None:
    seen = set()
    for _turn in range(10):
        client = array.harness.client()
        lun = client.create_lun(array.new("alpha"))
        client.delete_lun(lun)
        client.close()
        seen.add(lun.wwid)
    assert len(seen) == 10


def test_wwid_stays_through_a_luns_life(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    array.driver.map_lun(lun, host.name)
    now = lun
    if array.can.grow:
        now = array.driver.grow_lun(now, 2 * lun.size)
    if array.can.description:
        now = array.driver.describe_lun(now, "older")
    array.driver.unmap_lun(now, host.name)
    assert (now.wwid, now.id) == (lun.wwid, lun.id)
    (listed,) = [one for one in array.client().luns() if one.name == lun.name]
    assert (listed.wwid, listed.id) == (lun.wwid, lun.id)


def test_description_changes_nothing_else(array: ArrayUnderTest) -> None:
    array.require("description")
    lun = array.filled("alpha")
    content = array.read(lun)
    described = array.driver.describe_lun(lun, "new words")
    assert array.same(described, replace(lun, description="new words"))
    assert array.same(array.listed(lun), described)
    assert array.read(lun) == content


def test_old_description_does_not_touch_the_successor(array: ArrayUnderTest) -> None:
    old, host = predecessor_of(array, "alpha"), array.host("left")
    (new,) = array.named("alpha")
    assert new.wwid != old.wwid
    content = array.read(new)
    for name, act in changes(array, array.driver, old, host).items():
        with array.unchanged():
            if name == "delete":
                assert act() is False
            elif name == "unmap":
                assert false_or_not_found(act)
            else:
                with pytest.raises(NotFound):
                    act()
    assert array.read(new) == content


def test_old_description_does_not_unmap_the_successor(array: ArrayUnderTest) -> None:
    old, host = predecessor_of(array, "alpha"), array.host("left")
    (new,) = array.named("alpha")
    mapping = array.driver.map_lun(new, host.name)
    with array.unchanged():
        assert false_or_not_found(lambda: array.driver.unmap_lun(old, host.name))
    assert array.harness.read(mapping, 0, 4096) == pattern(9, 4 * 4096)[:4096]


def test_old_description_held_by_another_client_does_not_touch_the_successor(array: ArrayUnderTest) -> None:
    array.lun("alpha")
    client, host = array.client(), array.host("left")
    (old,) = [lun for lun in client.luns() if lun.name == PREFIX + "alpha"]
    array.driver.delete_lun(old)
    array.filled("alpha", seed=9)
    for act in changes(array, client, old, host).values():
        with array.unchanged():
            assert false_or_not_found(act)


def test_successor_with_a_mapping_is_not_what_an_old_mapping_led_to(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    array.driver.unmap_lun(lun, host.name)
    array.driver.delete_lun(lun)
    again = array.driver.map_lun(array.lun("alpha"), host.name)
    assert again.lun_wwid != mapping.lun_wwid
    assert mapping.lun_wwid not in {one.lun_wwid for one in array.other.mappings()}


def test_one_other_digit_of_the_wwid_is_another_lun(array: ArrayUnderTest) -> None:
    lun, host = array.filled("alpha"), array.host("left")
    for digit in range(len(lun.wwid) - len("naa.6")):  # the first digit says which kind of name it is
        for act in changes(array, array.driver, flipped(lun, digit), host).values():
            with array.unchanged():
                assert false_or_not_found(act)


def test_lun_of_another_array_is_not_touched_by_the_same_name(array: ArrayUnderTest) -> None:
    lun, host = array.filled("alpha"), array.host("left")
    content = array.read(lun)
    stranger = array.client_of(array.harness.another_array()).create_lun(array.new("alpha"))
    assert stranger.wwid != lun.wwid
    for act in changes(array, array.driver, stranger, host).values():
        with array.unchanged():
            assert false_or_not_found(act)
    assert array.read(lun) == content


def test_old_snapshot_does_not_touch_its_successor(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    source = array.filled("source")
    old = array.driver.create_snapshot(source, PREFIX + "monday")
    array.driver.delete_snapshot(old)
    new = array.driver.create_snapshot(source, PREFIX + "monday")
    assert new.id != old.id
    with array.unchanged():
        assert array.driver.delete_snapshot(old) is False
        for method in ("clone", "copy"):
            if getattr(array.can, method):
                make = array.driver.clone_lun if method == "clone" else array.driver.copy_lun
                with pytest.raises(NotFound):
                    make(old, array.replica("replica"))


def false_or_not_found(act: Callable[[], object]) -> bool:
    try:
        return act() is False
    except NotFound:
        return True
