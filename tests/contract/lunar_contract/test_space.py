# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 10: the space adds up, and sizes are told as the array rounded them."""

from __future__ import annotations

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NoSpace
from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError
from ansible_collections.lunar.storage.plugins.module_utils.sizes import round_up

from .array_under_test import BLOCK, ArrayUnderTest, pattern

pytestmark = pytest.mark.point(10)

POOLS = pytest.mark.parametrize("pool", ["pool", "small_pool"])


def free(array: ArrayUnderTest, pool: str) -> int:
    found = array.pool(pool).free
    assert found is not None, f"pool {pool} was to report its sizes"
    return found


def subscribed(array: ArrayUnderTest, pool: str) -> int:
    found = array.pool(pool).subscribed
    if found is None:
        pytest.skip("the array does not tell what is subscribed")
    return found


def largest_fit(array: ArrayUnderTest, pool: str) -> int:
    """The largest size that the free space of a pool holds."""
    return free(array, pool) // max(array.can.granularity, BLOCK) * max(array.can.granularity, BLOCK)


@POOLS
def test_used_and_free_are_the_total(array: ArrayUnderTest, pool: str) -> None:
    name = getattr(array.harness, pool)
    array.filled("alpha", pool=name)
    found = array.pool(name)
    assert found.total is not None
    assert found.used is not None
    assert found.free is not None
    assert found.total == found.used + found.free
    assert min(found.used, found.free) >= 0
    assert found.total > 0


def test_pools_have_names_of_their_own(array: ArrayUnderTest) -> None:
    names = [pool.name for pool in array.driver.pools()]
    assert len(names) == len(set(names))
    assert {array.harness.pool, array.harness.small_pool, array.harness.thick_pool} <= set(names)


@pytest.mark.parametrize("provisioning", ["thin", "thick"])
def test_subscribed_is_the_sum_of_all_sizes(array: ArrayUnderTest, provisioning: str) -> None:
    array.require(provisioning)
    pool = array.harness.thick_pool
    before = subscribed(array, pool)
    one = array.lun("one", pool=pool, provisioning=provisioning)
    two = array.lun("two", pool=pool, provisioning=provisioning)
    assert subscribed(array, pool) == before + one.size + two.size
    grown = array.driver.grow_lun(one, 2 * one.size) if array.can.grow else one
    assert subscribed(array, pool) == before + grown.size + two.size
    array.driver.delete_lun(two)
    assert subscribed(array, pool) == before + grown.size


def test_thick_lun_takes_its_whole_size_at_once_and_gives_it_back(array: ArrayUnderTest) -> None:
    array.require("thick")
    pool = array.harness.thick_pool
    before = free(array, pool)
    lun = array.lun("alpha", pool=pool, provisioning="thick")
    assert array.soon(lambda: free(array, pool) <= before - lun.size)
    array.driver.delete_lun(lun)
    assert array.soon(lambda: free(array, pool) == before)


def test_thick_lun_takes_what_it_grows(array: ArrayUnderTest) -> None:
    array.require("thick")
    array.require("grow")
    pool = array.harness.thick_pool
    lun = array.lun("alpha", pool=pool, provisioning="thick")
    before = free(array, pool)
    array.driver.grow_lun(lun, 3 * lun.size)
    assert array.soon(lambda: free(array, pool) <= before - 2 * lun.size)


def test_thin_lun_takes_only_what_is_written(array: ArrayUnderTest) -> None:
    array.require("thin")
    before = free(array, array.harness.pool)
    lun = array.lun("alpha", provisioning="thin", size=8 * array.harness.size)
    assert free(array, array.harness.pool) > before - lun.size // 2
    array.write(lun, 0, pattern(1, lun.size // 2))
    assert array.soon(lambda: free(array, array.harness.pool) <= before - lun.size // 2)
    array.driver.delete_lun(lun)
    assert array.soon(lambda: free(array, array.harness.pool) == before)


def test_allocated_bytes_of_a_thin_lun_follow_what_is_written(array: ArrayUnderTest) -> None:
    array.require("thin")
    lun = array.lun("alpha", provisioning="thin", size=4 * array.harness.size)
    if lun.used is None:
        pytest.skip("the array does not tell the allocated bytes of LUNs")
    assert lun.used < lun.size // 2
    array.write(lun, 0, pattern(1, lun.size // 2))
    assert array.soon(lambda: (array.listed(lun) or lun).used >= lun.size // 2)  # type: ignore[operator]


def test_provisioning_is_told_as_it_was_asked_for(array: ArrayUnderTest) -> None:
    for provisioning in ("thin", "thick"):
        if getattr(array.can, provisioning):
            lun = array.lun(provisioning, pool=array.harness.thick_pool, provisioning=provisioning)
            listed = array.listed(lun)
            assert listed is not None
            assert listed.provisioning == lun.provisioning
            assert lun.provisioning in (None, provisioning)


@pytest.mark.parametrize("surplus", [1, 511, 512, 4095, 4097])
def test_size_is_told_as_the_array_rounded_it(array: ArrayUnderTest, surplus: int) -> None:
    asked = array.harness.size + surplus
    lun = array.lun("alpha", size=asked)
    assert lun.size == round_up(asked, array.can.granularity)
    assert array.same(array.listed(lun), lun)
    assert array.size_seen(lun) == lun.size


def test_grown_size_is_told_as_the_array_rounded_it(array: ArrayUnderTest) -> None:
    array.require("grow")
    lun = array.lun("alpha")
    grown = array.driver.grow_lun(lun, lun.size + 1)
    assert grown.size == round_up(lun.size + 1, array.can.granularity)
    assert array.same(array.listed(lun), grown)
    assert array.size_seen(lun) == grown.size


def test_rounded_size_asked_for_again_is_the_same(array: ArrayUnderTest) -> None:
    size = str(array.harness.size + 1)
    array.provision_ordinary("alpha", size=size)
    with array.unchanged():
        assert not array.provision_ordinary("alpha", size=size).changed


def test_full_pool_refuses_and_nothing_is_left_half_made(array: ArrayUnderTest) -> None:
    array.require("thick")
    pool = array.harness.small_pool
    array.lun("first", pool=pool, provisioning="thick")
    before = array.pool(pool)
    with array.unchanged(), pytest.raises(NoSpace):
        array.lun(
            "alpha", pool=pool, provisioning="thick", size=largest_fit(array, pool) + max(array.can.granularity, BLOCK)
        )
    assert array.soon(lambda: array.pool(pool) == before)


def test_pool_can_be_filled_to_its_end_and_emptied(array: ArrayUnderTest) -> None:
    array.require("thick")
    pool = array.harness.small_pool
    lun = array.lun("alpha", pool=pool, provisioning="thick", size=largest_fit(array, pool))
    assert array.size_seen(lun) == lun.size
    with array.unchanged(), pytest.raises(NoSpace):
        array.lun("beta", pool=pool, provisioning="thick")
    array.driver.delete_lun(lun)
    assert array.soon(lambda: free(array, pool) >= lun.size)
    assert array.lun("beta", pool=pool, provisioning="thick", size=lun.size).size == lun.size


def test_growing_beyond_the_pool_is_refused_and_keeps_size_and_data(array: ArrayUnderTest) -> None:
    array.require("thick")
    array.require("grow")
    pool = array.harness.small_pool
    lun = array.filled("alpha", pool=pool, provisioning="thick")
    content = array.read(lun)
    before = array.pool(pool)
    with array.unchanged(), pytest.raises(NoSpace):
        array.driver.grow_lun(lun, lun.size + largest_fit(array, pool) + max(array.can.granularity, BLOCK))
    assert array.read(lun) == content
    assert array.soon(lambda: array.pool(pool) == before)


def test_copy_into_a_full_pool_is_refused_and_nothing_is_left(array: ArrayUnderTest) -> None:
    array.require("thick")
    array.require("copy")
    source, pool = array.filled("source"), array.harness.small_pool
    array.lun("full", pool=pool, provisioning="thick", size=largest_fit(array, pool))
    before = array.pool(pool)
    with array.unchanged(), pytest.raises(NoSpace):
        array.driver.copy_lun(source, array.replica("replica", pool=pool, provisioning="thick"))
    assert array.soon(lambda: array.pool(pool) == before)


def test_thin_luns_may_promise_more_than_there_is(array: ArrayUnderTest) -> None:
    array.require("thin")
    pool = array.harness.small_pool
    total = array.pool(pool).total
    assert total is not None
    size = largest_fit(array, pool) // 2 + 2 * array.harness.size
    for index in range(2):
        array.lun(f"thin-{index}", pool=pool, provisioning="thin", size=size)
    assert subscribed(array, pool) > total
    found = array.pool(pool)
    assert found.total == (found.used or 0) + (found.free or 0)


def test_refused_creation_subscribes_nothing(array: ArrayUnderTest) -> None:
    array.require("thick")
    pool = array.harness.small_pool
    before = subscribed(array, pool)
    with pytest.raises(NoSpace):
        array.lun("alpha", pool=pool, provisioning="thick", size=64 * largest_fit(array, pool))
    assert subscribed(array, pool) == before


def test_snapshots_are_not_subscribed_luns(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    source = array.filled("source")
    before = subscribed(array, array.harness.pool)
    snapshot = array.driver.create_snapshot(source, "contract-monday")
    found = array.pool(array.harness.pool)
    assert found.subscribed == before
    assert found.total == (found.used or 0) + (found.free or 0)
    array.driver.delete_snapshot(snapshot)


def test_task_for_thick_luns_that_do_not_fit_together_makes_none(array: ArrayUnderTest) -> None:
    array.require("thick")
    pool = array.harness.small_pool
    half = str(largest_fit(array, pool) // 2 + max(array.can.granularity, BLOCK))
    entries = [{"name": f"contract-{name}", "size": half} for name in ("one", "two")]
    with array.unchanged(), pytest.raises(StorageError) as refused:
        array.task(pool=pool, provisioning="thick", luns=entries)
    assert refused.value.kind == NoSpace.kind
