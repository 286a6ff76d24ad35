# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 2: a name in use is a clear error, or, asked for the same, the same LUN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NameInUse
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue, StorageError

from .array_under_test import PREFIX, ArrayUnderTest, pattern

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.point(2)

REPLICATIONS = ["clone", "copy"]


def test_name_in_use_is_refused_and_named(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    with array.unchanged(), pytest.raises(NameInUse, match=lun.name):
        array.driver.create_lun(array.new("alpha"))


def test_name_in_use_is_refused_whatever_else_is_asked(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    for other in ({"size": 2 * lun.size}, {"pool": array.harness.small_pool}):
        with array.unchanged(), pytest.raises(NameInUse):
            array.client().create_lun(array.new("alpha", **other))


def test_refused_name_leaves_the_data_of_its_owner(array: ArrayUnderTest) -> None:
    lun = array.filled("alpha", seed=7)
    content = array.read(lun)
    with pytest.raises(NameInUse):
        array.driver.create_lun(array.new("alpha"))
    assert array.read(lun) == content
    assert content.startswith(pattern(7, 4096))


@pytest.mark.parametrize("method", REPLICATIONS)
def test_replica_does_not_take_a_name_in_use(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source, owner = array.filled("source", seed=1), array.filled("alpha", seed=2)
    content = array.read(owner)
    with array.unchanged(), pytest.raises(NameInUse):
        _replicate(array, method)(source, array.replica("alpha"))
    assert array.read(owner) == content


@pytest.mark.parametrize("method", REPLICATIONS)
def test_replica_does_not_take_the_name_of_its_source(array: ArrayUnderTest, method: str) -> None:
    array.require(method)
    source = array.filled("source")
    content = array.read(source)
    with array.unchanged(), pytest.raises(NameInUse):
        _replicate(array, method)(source, array.replica("source"))
    assert array.read(source) == content


def test_snapshot_name_is_given_once_a_lun(array: ArrayUnderTest) -> None:
    array.require("snapshot")
    one, two = array.lun("one"), array.lun("two")
    first = array.driver.create_snapshot(one, PREFIX + "monday")
    with array.unchanged(), pytest.raises(NameInUse):
        array.driver.create_snapshot(one, PREFIX + "monday")
    second = array.driver.create_snapshot(two, PREFIX + "monday")
    assert first.id != second.id
    assert (first.lun_wwid, second.lun_wwid) == (one.wwid, two.wwid)


def test_host_name_in_use_is_refused_and_named(array: ArrayUnderTest) -> None:
    host = array.host("left")
    with array.unchanged(), pytest.raises(NameInUse, match=host.name):
        array.driver.create_host(host.name, [array.initiator()])


def test_export_name_in_use_is_refused(array: ArrayUnderTest) -> None:
    array.require("export")
    array.driver.create_export(PREFIX + "images", array.harness.pool, None)
    with array.unchanged(), pytest.raises(NameInUse):
        array.driver.create_export(PREFIX + "images", array.harness.pool, None)


def test_task_for_the_same_lun_finds_it(array: ArrayUnderTest) -> None:
    first = array.provision_ordinary("alpha")
    with array.unchanged():
        again = array.provision_ordinary("alpha")
    assert not again.changed
    assert again.luns[0]["wwid"] == first.luns[0]["wwid"]


def test_task_for_another_lun_of_that_name_is_refused(array: ArrayUnderTest) -> None:
    array.provision_ordinary("alpha")
    with array.unchanged(), pytest.raises(StorageError):
        array.provision_ordinary("alpha", pool=array.harness.small_pool)


def test_name_is_kept_to_the_letter(array: ArrayUnderTest) -> None:
    name = "Az_09.b-C"
    assert array.lun(name).name == PREFIX + name
    assert len(array.named(name)) == 1


@pytest.mark.parametrize("name", ["with:colon+plus", "L" * (128 - len(PREFIX))], ids=["colon and plus", "128 long"])
def test_unusual_name_is_kept_to_the_letter_or_refused(array: ArrayUnderTest, name: str) -> None:
    before = array.state()
    try:
        array.lun(name)
    except InvalidValue:
        assert array.state() == before
    else:
        assert len(array.named(name)) == 1


def test_names_that_differ_at_their_end_are_two(array: ArrayUnderTest) -> None:
    one, two = array.lun("alpha"), array.lun("alpha-2")
    assert one.wwid != two.wwid
    array.driver.delete_lun(one)
    assert array.same(array.listed(two), two)


def _replicate(array: ArrayUnderTest, method: str) -> Callable[..., object]:
    return array.driver.clone_lun if method == "clone" else array.driver.copy_lun
