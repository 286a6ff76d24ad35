# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 6: a LUN is not removed while a host uses it."""

from __future__ import annotations

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import StillMapped
from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError

from .array_under_test import ArrayUnderTest

pytestmark = pytest.mark.point(6)


def test_mapped_lun_is_not_removed(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    array.driver.map_lun(lun, array.host("left").name)
    with array.unchanged(), pytest.raises(StillMapped):
        array.driver.delete_lun(lun)


def test_refusal_names_every_host(array: ArrayUnderTest) -> None:
    lun, hosts = array.lun("alpha"), [array.host("left"), array.host("right")]
    for host in hosts:
        array.driver.map_lun(lun, host.name)
    with pytest.raises(StillMapped) as refused:
        array.driver.delete_lun(lun)
    assert all(host.name in str(refused.value) for host in hosts)


def test_refusal_leaves_the_data_and_the_hosts_view(array: ArrayUnderTest) -> None:
    lun = array.filled("alpha")
    content = array.read(lun)
    mapping = array.driver.map_lun(lun, array.host("left").name)
    with pytest.raises(StillMapped):
        array.driver.delete_lun(lun)
    assert array.harness.read(mapping, 0, lun.size) == content


def test_mapping_by_another_client_counts(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    assert array.driver.luns()
    array.other.map_lun(lun, array.host("left").name)
    with array.unchanged(), pytest.raises(StillMapped):
        array.driver.delete_lun(lun)


def test_one_host_that_is_left_is_enough(array: ArrayUnderTest) -> None:
    lun, left, right = array.lun("alpha"), array.host("left"), array.host("right")
    array.driver.map_lun(lun, left.name)
    array.driver.map_lun(lun, right.name)
    array.driver.unmap_lun(lun, left.name)
    with array.unchanged(), pytest.raises(StillMapped, match=right.name):
        array.driver.delete_lun(lun)
    array.driver.unmap_lun(lun, right.name)
    assert array.driver.delete_lun(lun) is True
    assert array.listed(lun) is None


def test_task_does_not_remove_a_mapped_lun_unforced(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    array.driver.map_lun(lun, host.name)
    with array.unchanged(), pytest.raises(StorageError, match=host.name) as refused:
        array.provision("alpha", state="absent")
    assert refused.value.kind == StillMapped.kind


def test_task_removes_a_mapped_lun_by_force(array: ArrayUnderTest) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    array.driver.map_lun(lun, host.name)
    assert array.provision("alpha", state="absent", force_unmap=True).changed
    assert array.listed(lun) is None
    assert array.mapping(lun, host) is None
    assert host in array.other.hosts()
