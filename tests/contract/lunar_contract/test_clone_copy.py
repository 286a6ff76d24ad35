# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 4: clones and copies are equal at that moment, and independent from then on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import HasDependants, NotFound
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue, StorageError

from .array_under_test import BLOCK, PREFIX, ArrayUnderTest, pattern

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun, NewLun
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot

pytestmark = pytest.mark.point(4)

METHODS = pytest.mark.parametrize("method", ["clone", "copy"])


def replicate(array: ArrayUnderTest, method: str, source: Lun | Snapshot, new: NewLun) -> Lun:
    array.require(method)
    make = array.driver.clone_lun if method == "clone" else array.driver.copy_lun
    return make(source, new)


@METHODS
def test_replica_has_the_content_of_that_moment(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    replica = replicate(array, method, source, array.replica("replica"))
    assert array.read(replica) == array.read(source)
    assert array.read(replica, 0, 4 * BLOCK) == pattern(1, 4 * BLOCK)


@METHODS
def test_replica_is_a_lun_of_its_own(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    asked = array.replica("replica")
    replica = replicate(array, method, source, asked)
    assert replica.wwid != source.wwid
    assert replica.id != source.id
    assert (replica.name, replica.pool, replica.size) == (asked.name, asked.pool, source.size)
    assert array.same(array.listed(replica), replica)
    assert array.same(array.listed(source), source)
    assert array.size_seen(replica) == source.size


@METHODS
def test_later_writes_to_the_source_do_not_show_in_the_replica(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    content = array.read(source)
    replica = replicate(array, method, source, array.replica("replica"))
    array.write(source, 0, pattern(50, 2 * BLOCK))
    array.write(source, source.size // 4 // BLOCK * BLOCK, pattern(51, BLOCK))
    assert array.read(replica) == content


@METHODS
def test_writes_to_the_replica_do_not_show_in_the_source(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    content = array.read(source)
    replica = replicate(array, method, source, array.replica("replica"))
    array.write(replica, 0, pattern(50, 2 * BLOCK))
    array.write(replica, source.size // 4 // BLOCK * BLOCK, pattern(51, BLOCK))
    assert array.read(source) == content
    assert array.read(replica, 0, 2 * BLOCK) == pattern(50, 2 * BLOCK)


@METHODS
def test_replicas_of_one_source_are_independent_of_each_other(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    one, two = (replicate(array, method, source, array.replica(name)) for name in ("one", "two"))
    array.write(one, 0, pattern(61, BLOCK))
    array.write(two, 0, pattern(62, BLOCK))
    assert [array.read(lun, 0, BLOCK) for lun in (source, one, two)] == [
        pattern(seed, 4 * BLOCK)[:BLOCK] if seed == 1 else pattern(seed, BLOCK) for seed in (1, 61, 62)
    ]


@METHODS
def test_replica_of_a_replica_has_the_content_when_the_middle_is_removed(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    content = array.read(source)
    middle = replicate(array, method, source, array.replica("middle"))
    last = replicate(array, method, middle, array.replica("last"))
    try:
        array.driver.delete_lun(middle)
    except HasDependants:
        assert array.same(array.listed(middle), middle)
    assert array.read(last) == content


@METHODS
def test_source_can_be_mapped_meanwhile(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    mapping = array.driver.map_lun(source, array.host("left").name)
    replica = replicate(array, method, source, array.replica("replica"))
    assert array.read(replica) == array.read(source)
    assert mapping in array.other.mappings()
    assert not [one for one in array.other.mappings() if one.lun_wwid == replica.wwid]


@METHODS
def test_replica_can_grow_without_the_source(array: ArrayUnderTest, method: str) -> None:
    array.require("grow")
    source = array.filled("source")
    replica = replicate(array, method, source, array.replica("replica"))
    array.driver.grow_lun(replica, 2 * source.size)
    assert array.read(replica) == array.read(source) + bytes(source.size)
    assert array.same(array.listed(source), source)


@METHODS
def test_source_grown_by_someone_else_is_replicated_whole(array: ArrayUnderTest, method: str) -> None:
    array.require("grow")
    old = array.filled("source")
    grown = array.other.grow_lun(old, 2 * old.size)
    array.write(grown, old.size, pattern(70, BLOCK))
    try:
        replica = replicate(array, method, old, array.replica("replica"))
    except StorageError:
        assert not array.named("replica")
    else:
        assert replica.size == grown.size
        assert array.read(replica) == array.read(grown)


@METHODS
def test_other_size_than_the_sources_is_refused(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source = array.filled("source")
    for size in (2 * source.size, source.size - max(BLOCK, array.can.granularity)):
        with array.unchanged(), pytest.raises(InvalidValue):
            replicate(array, method, source, array.new("replica", size=size))


@METHODS
def test_source_that_is_gone_is_not_found(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    array.other.delete_lun(source)
    with array.unchanged(), pytest.raises(NotFound):
        replicate(array, method, source, array.replica("replica"))


@METHODS
def test_removing_the_source_is_refused_or_leaves_the_replica_whole(array: ArrayUnderTest, method: str) -> None:
    source = array.filled("source")
    content = array.read(source)
    replica = replicate(array, method, source, array.replica("replica"))
    try:
        array.driver.delete_lun(source)
    except HasDependants:
        assert method == "clone", "a copy has blocks of its own"
        assert array.read(source) == content
    else:
        assert array.listed(source) is None
    assert array.read(replica) == content


def test_copy_lands_in_the_pool_that_was_asked_for(array: ArrayUnderTest) -> None:
    source = array.filled("source")
    copied = replicate(array, "copy", source, array.replica("replica", pool=array.harness.small_pool))
    assert copied.pool == array.harness.small_pool
    assert array.same(array.listed(copied), copied)
    assert array.read(copied) == array.read(source)


@METHODS
@pytest.mark.parametrize(("of", "to"), [("thick", "thin"), ("thin", "thick")])
def test_replica_may_be_provisioned_otherwise(array: ArrayUnderTest, method: str, of: str, to: str) -> None:
    array.require("thin")
    array.require("thick")
    source = array.filled("source", pool=array.harness.thick_pool, provisioning=of)
    new = array.replica("replica", pool=array.harness.thick_pool, provisioning=to)
    replica = replicate(array, method, source, new)
    assert replica.provisioning in (None, to)
    assert array.read(replica) == array.read(source)


@METHODS
def test_progress_grows_to_its_total(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source = array.filled("source")
    heard: list[tuple[int, int]] = []
    make = array.driver.clone_lun if method == "clone" else array.driver.copy_lun
    make(source, array.replica("replica"), lambda done, total: heard.append((done, total)))
    assert all(0 <= done <= total for done, total in heard)
    assert heard == sorted(heard)


def test_snapshot_keeps_the_content_of_its_moment(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    source = array.filled("source")
    content = array.read(source)
    snapshot = array.driver.create_snapshot(source, PREFIX + "monday")
    array.write(source, 0, pattern(80, 2 * BLOCK))
    for method in ("clone", "copy"):
        if getattr(array.can, method):
            assert array.read(replicate(array, method, snapshot, array.replica(method))) == content
    assert array.read(source, 0, 2 * BLOCK) == pattern(80, 2 * BLOCK)


def test_snapshot_is_listed_as_it_was_made_until_it_is_removed(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    source = array.filled("source")
    snapshot = array.driver.create_snapshot(source, PREFIX + "monday")
    assert (snapshot.name, snapshot.lun_wwid, snapshot.size) == (PREFIX + "monday", source.wwid, source.size)
    assert snapshot.id in {one.id for one in array.other.snapshots()}
    assert array.driver.delete_snapshot(snapshot) is True
    assert snapshot.id not in {one.id for one in array.other.snapshots()}
    assert array.driver.delete_snapshot(snapshot) is False


def test_snapshot_has_the_size_of_its_moment(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    array.require("grow")
    source = array.filled("source")
    snapshot = array.driver.create_snapshot(source, PREFIX + "monday")
    array.driver.grow_lun(source, 2 * source.size)
    assert {one.size for one in array.other.snapshots() if one.id == snapshot.id} == {source.size}
    if array.can.clone:
        assert array.driver.clone_lun(snapshot, array.replica("replica")).size == source.size


def test_snapshot_is_not_a_lun(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    source = array.lun("source")
    array.driver.create_snapshot(source, PREFIX + "monday")
    assert not array.named("monday")
    assert len(array.named("source")) == 1


def test_removing_a_snapshot_is_refused_or_leaves_its_clones_whole(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    array.require("clone")
    source = array.filled("source")
    content = array.read(source)
    snapshot = array.driver.create_snapshot(source, PREFIX + "monday")
    replica = array.driver.clone_lun(snapshot, array.replica("replica"))
    try:
        array.driver.delete_snapshot(snapshot)
    except HasDependants:
        assert snapshot.id in {one.id for one in array.other.snapshots()}
    assert array.read(replica) == content
    assert array.read(source) == content


def test_lun_with_snapshots_is_not_removed(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    source = array.filled("source")
    content = array.read(source)
    snapshot = array.driver.create_snapshot(source, PREFIX + "monday")
    with array.unchanged(), pytest.raises(HasDependants, match=snapshot.name):
        array.driver.delete_lun(source)
    assert array.read(source) == content
    array.driver.delete_snapshot(snapshot)
    assert array.driver.delete_lun(source) is True


@METHODS
def test_task_makes_a_grown_replica(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    array.require("grow")
    source = array.filled("source")
    asked: dict[str, Any] = {
        "source": {"lun": source.name, "snapshot": None, "method": method},
        "size": str(2 * source.size),
    }
    done = array.provision("replica", **asked)
    assert not done.failures
    (replica,) = array.named("replica")
    assert array.read(replica) == array.read(source) + bytes(source.size)
    assert not array.provision("replica", **asked).changed
