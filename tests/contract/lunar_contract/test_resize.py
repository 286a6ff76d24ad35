# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 3: resizing keeps the LUN what it is, and never loses what nobody gave up."""

from __future__ import annotations

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue, StorageError

from .array_under_test import BLOCK, ArrayUnderTest, pattern

pytestmark = pytest.mark.point(3)


def test_growing_keeps_the_identity(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun = array.lun("alpha")
    grown = array.driver.grow_lun(lun, 2 * lun.size)
    assert (grown.wwid, grown.id, grown.name, grown.pool) == (lun.wwid, lun.id, lun.name, lun.pool)
    assert grown.provisioning == lun.provisioning


def test_growing_is_listed_at_once(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun = array.lun("alpha")
    grown = array.driver.grow_lun(lun, 2 * lun.size)
    assert grown.size == 2 * lun.size
    assert array.same(array.listed(lun), grown)


def test_growing_keeps_the_data_and_adds_zeros(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun = array.filled("alpha")
    content = array.read(lun)
    array.driver.grow_lun(lun, 2 * lun.size)
    assert array.read(lun) == content + bytes(lun.size)


@pytest.mark.parametrize("provisioning", ["thin", "thick"])
def test_growing_works_for_both_kinds(array: ArrayUnderTest, provisioning: str) -> None:
    array.require("grow")
    array.require(provisioning)
    lun = array.filled("alpha", pool=array.harness.thick_pool, provisioning=provisioning)
    content = array.read(lun)
    grown = array.driver.grow_lun(lun, lun.size + array.harness.size // 2)
    assert array.size_seen(lun) == grown.size > lun.size
    assert array.read(lun, 0, lun.size) == content


def test_growing_while_mapped_shows_in_every_hosts_eyes(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun = array.lun("alpha")
    mappings = [array.driver.map_lun(lun, array.host(name).name) for name in ("left", "right")]
    array.write(lun, 0, pattern(1, BLOCK))
    grown = array.driver.grow_lun(lun, 3 * lun.size)
    assert array.soon(lambda: {array.harness.size_seen(one) for one in mappings} == {grown.size})
    for mapping in mappings:
        assert array.harness.read(mapping, 0, BLOCK) == pattern(1, BLOCK)
    assert set(mappings) <= set(array.other.mappings())


def test_grown_part_can_be_written(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun = array.lun("alpha")
    grown = array.driver.grow_lun(lun, 2 * lun.size)
    array.write(grown, grown.size - BLOCK, pattern(1, BLOCK))
    assert array.read(grown, grown.size - BLOCK, BLOCK) == pattern(1, BLOCK)


def test_growing_one_lun_leaves_the_others(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun, neighbour = array.lun("alpha"), array.filled("beta", seed=2)
    content = array.read(neighbour)
    array.driver.grow_lun(lun, 2 * lun.size)
    assert array.same(array.listed(neighbour), neighbour)
    assert array.read(neighbour) == content


def test_same_size_changes_nothing(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    with array.unchanged():
        assert array.same(array.driver.grow_lun(lun, lun.size), lun)
        assert array.same(array.driver.shrink_lun(lun, lun.size), lun)


def test_growing_to_less_is_refused(array: ArrayUnderTest) -> None:
    lun = array.filled("alpha")
    content = array.read(lun)
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.grow_lun(lun, lun.size - max(array.can.granularity, BLOCK))
    assert array.read(lun) == content


def test_shrinking_to_more_is_refused(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.shrink_lun(lun, 2 * lun.size)


def test_growing_with_an_old_description_never_cuts_what_someone_else_added(array: ArrayUnderTest) -> None:
    array.require("grow")
    old = array.lun("alpha")
    grown = array.other.grow_lun(old, 4 * old.size)
    array.write(grown, 3 * old.size, pattern(1, BLOCK))
    try:
        answer = array.driver.grow_lun(old, 2 * old.size)
    except StorageError:
        pass
    else:
        assert answer.size == grown.size
    assert array.same(array.listed(grown), grown)
    assert array.read(grown, 3 * old.size, BLOCK) == pattern(1, BLOCK)


def test_shrinking_with_an_old_description_never_grows(array: ArrayUnderTest) -> None:
    array.require("shrink")
    old = array.lun("alpha", size=4 * array.harness.size)
    shrunk = array.other.shrink_lun(old, array.harness.size)
    try:
        answer = array.driver.shrink_lun(old, 2 * array.harness.size)
    except StorageError:
        pass
    else:
        assert answer.size == shrunk.size
    assert array.same(array.listed(shrunk), shrunk)


def test_shrinking_keeps_the_identity_and_the_front(array: ArrayUnderTest) -> None:
    array.require("shrink")
    lun = array.filled("alpha", size=2 * array.harness.size)
    front = array.read(lun, 0, array.harness.size)
    shrunk = array.driver.shrink_lun(lun, array.harness.size)
    assert (shrunk.wwid, shrunk.id, shrunk.size) == (lun.wwid, lun.id, array.harness.size)
    assert array.same(array.listed(lun), shrunk)
    assert array.size_seen(lun) == array.harness.size
    assert array.read(lun) == front


def test_shrunk_lun_can_grow_again(array: ArrayUnderTest) -> None:
    array.require("shrink")
    array.require("grow")
    lun = array.filled("alpha", size=2 * array.harness.size)
    front = array.read(lun, 0, array.harness.size)
    again = array.driver.grow_lun(array.driver.shrink_lun(lun, array.harness.size), lun.size)
    assert (again.wwid, again.size) == (lun.wwid, lun.size)
    assert array.read(lun, 0, array.harness.size) == front


def test_task_grows_and_then_has_nothing_to_do(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun = array.filled("alpha")
    content = array.read(lun)
    size = str(2 * lun.size)
    assert array.provision("alpha", size=size).luns[0]["size"] == 2 * lun.size
    assert not array.provision("alpha", size=size).changed
    assert array.read(lun, 0, lun.size) == content


def test_task_does_not_shrink_unless_that_is_asked_for(array: ArrayUnderTest) -> None:
    lun = array.filled("alpha", size=2 * array.harness.size)
    content = array.read(lun)
    with array.unchanged(), pytest.raises(StorageError) as refused:
        array.provision("alpha", size=str(array.harness.size))
    assert refused.value.kind == InvalidValue.kind
    assert array.read(lun) == content


def test_task_shrinks_when_that_is_asked_for(array: ArrayUnderTest) -> None:
    array.require("shrink")
    lun = array.lun("alpha", size=2 * array.harness.size)
    array.provision("alpha", size=str(array.harness.size), allow_shrink=True)
    shrunk = array.listed(lun)
    assert shrunk is not None
    assert shrunk.size == array.harness.size
