# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 14: capabilities are true: what is claimed works, what is not is refused before a change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from time import time
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.capabilities import Capabilities
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import HasDependants, NotSupported
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.inventory import read
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.request import requests_of
from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError

from .array_under_test import BLOCK, PREFIX, ArrayUnderTest, pattern, task_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver

pytestmark = pytest.mark.point(14)

CHANGING = ("thin", "thick", "grow", "shrink", "clone", "copy", "snapshot", "export", "description")
"""Capabilities that allow changes."""

NOT_CHANGING = {
    "transports",
    "file_clone",
    "statistics",
    "zoning",
    "concurrent_control",
    "parallel_calls",
    "default_provisioning",
    "granularity",
    "smallest_lun",
    "largest_lun",
    "highest_lun_number",
}


def uses(array: ArrayUnderTest, driver: Driver, capability: str) -> list[Callable[[], object]]:
    """What cannot be done without the capability."""
    lun = array.filled("source", size=2 * array.harness.size)
    pool = array.harness.thick_pool
    found: dict[str, list[Callable[[], object]]] = {
        "thin": [lambda: driver.create_lun(array.new("made", pool=pool, provisioning="thin"))],
        "thick": [lambda: driver.create_lun(array.new("made", pool=pool, provisioning="thick"))],
        "grow": [lambda: driver.grow_lun(lun, 2 * lun.size)],
        "shrink": [lambda: driver.shrink_lun(lun, lun.size // 2)],
        "clone": [lambda: driver.clone_lun(lun, array.replica("made"))],
        "copy": [lambda: driver.copy_lun(lun, array.replica("made"))],
        "snapshot": [lambda: driver.create_snapshot(lun, PREFIX + "made")],
        "export": [lambda: driver.create_export(PREFIX + "made", pool, None)],
        "description": [
            lambda: driver.describe_lun(lun, "other words"),
            lambda: driver.create_lun(array.new("made", description="words")),
        ],
    }
    return found[capability]


def test_every_capability_is_put_to_the_test() -> None:
    assert {field.name for field in fields(Capabilities)} == {*CHANGING, *NOT_CHANGING}


@pytest.mark.parametrize("capability", CHANGING)
def test_what_is_claimed_works(array: ArrayUnderTest, capability: str) -> None:
    array.require(capability)
    for use in uses(array, array.driver, capability):
        before = array.state()
        use()
        assert array.state() != before


@pytest.mark.parametrize("capability", CHANGING)
def test_what_is_not_claimed_is_refused_before_a_change(array: ArrayUnderTest, capability: str) -> None:
    """Where the array claims it, its driver is made to claim less."""
    client = array.claiming(**{capability: False})
    for use in uses(array, client, capability):
        with array.unchanged(), pytest.raises(NotSupported):
            use()
    assert set(client.operations) <= {"capabilities"}  # type: ignore[attr-defined]


@pytest.mark.parametrize("capability", ["snapshot", "export", "statistics"])
def test_list_of_what_is_not_claimed_is_empty(array: ArrayUnderTest, capability: str) -> None:
    lists = {"snapshot": "snapshots", "export": "exports", "statistics": "statistics"}
    assert getattr(array.claiming(**{capability: False}), lists[capability])() == []


@pytest.mark.parametrize("capability", ["thick", "grow", "shrink", "clone", "copy", "description"])
def test_task_for_what_is_not_claimed_is_refused_as_a_whole(array: ArrayUnderTest, capability: str) -> None:
    source = array.lun("source", size=2 * array.harness.size)
    made: dict[str, Any] = {"name": PREFIX + "made", "pool": array.harness.pool, "size": str(source.size)}
    asked: dict[str, dict[str, Any]] = {
        "thick": {**made, "provisioning": "thick"},
        "grow": {"name": source.name, "size": str(2 * source.size)},
        "shrink": {"name": source.name, "size": str(source.size // 2), "allow_shrink": True},
        "clone": {**made, "source": {"lun": source.name, "snapshot": None, "method": "clone"}},
        "copy": {**made, "source": {"lun": source.name, "snapshot": None, "method": "copy"}},
        "description": {"name": source.name, "description": "other words"},
    }
    inventory = read(array.claiming(**{capability: False}))
    with pytest.raises(StorageError) as refused:
        plan(requests_of(task_options(**asked[capability])), inventory)
    assert refused.value.kind == NotSupported.kind


def test_limits_are_possible(array: ArrayUnderTest) -> None:
    can = array.can
    assert can.granularity >= 1
    assert can.smallest_lun >= 1
    assert can.largest_lun is None or can.largest_lun >= can.smallest_lun
    assert can.parallel_calls >= 1
    assert can.highest_lun_number >= 0
    assert can.transports
    assert set(can.transports) <= {"iscsi", "fc", "nvme", "path"}


def test_capabilities_are_the_same_for_every_client(array: ArrayUnderTest) -> None:
    assert array.client().capabilities() == array.other.capabilities()


def test_default_provisioning_is_claimed_and_taken(array: ArrayUnderTest) -> None:
    default = array.can.default_provisioning
    assert default in ("thin", "thick")
    assert getattr(array.can, default)
    assert array.lun("alpha", provisioning="default").provisioning in (None, default)


def test_smallest_lun_can_be_made(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha", size=array.can.smallest_lun)
    assert lun.size >= array.can.smallest_lun
    assert array.size_seen(lun) == lun.size


def test_clone_is_usable_at_once(array: ArrayUnderTest) -> None:
    array.require("clone")
    source = array.filled("source")
    clone = array.driver.clone_lun(source, array.replica("clone"))
    mapping = array.driver.map_lun(clone, array.host("left").name)
    array.harness.write(mapping, 0, pattern(5, BLOCK))
    assert array.harness.read(mapping, 0, BLOCK) == pattern(5, BLOCK)
    assert array.driver.delete_lun(array.driver.clone_lun(clone, array.replica("second"))) is True


def test_calls_worth_having_at_once_can_be_made_at_once(array: ArrayUnderTest) -> None:
    workers = array.can.parallel_calls
    with ThreadPoolExecutor(max_workers=workers) as pool:
        luns = list(pool.map(lambda index: array.lun(f"lun-{index}"), range(4 * workers)))
        assert list(pool.map(array.driver.delete_lun, luns[::2])) == [True] * len(luns[::2])
    assert {lun.wwid for lun in luns[1::2]} == {lun.wwid for lun in array.other.luns() if "lun-" in lun.name}


def test_export_is_made_listed_and_removed(array: ArrayUnderTest) -> None:
    array.require("export")
    size = 2 * array.harness.size
    export = array.driver.create_export(PREFIX + "images", array.harness.pool, size)
    assert (export.name, export.pool, export.size) == (PREFIX + "images", array.harness.pool, size)
    assert export.location
    assert [one.id for one in array.other.exports() if one.name == export.name] == [export.id]
    assert array.driver.delete_export(export) is True
    assert export.name not in {one.name for one in array.other.exports()}
    assert array.driver.delete_export(export) is False


def test_export_with_files_is_not_removed(array: ArrayUnderTest) -> None:
    array.require("export")
    export = array.driver.create_export(PREFIX + "images", array.harness.pool, None)
    array.harness.write_file(export, "disk", pattern(1, BLOCK))
    with array.unchanged(), pytest.raises(HasDependants):
        array.driver.delete_export(export)
    array.harness.remove_file(export, "disk")
    assert array.driver.delete_export(export) is True


def test_files_of_an_export_share_blocks_exactly_where_that_is_claimed(array: ArrayUnderTest) -> None:
    array.require("export")
    export = array.driver.create_export(PREFIX + "images", array.harness.pool, None)
    array.harness.write_file(export, "disk", pattern(1, 16 * BLOCK))
    can_clone = array.harness.can_clone_file(export, "disk")
    array.harness.remove_file(export, "disk")
    assert can_clone == array.can.file_clone


def test_every_lun_has_its_statistics(array: ArrayUnderTest) -> None:
    array.require("statistics")
    luns = [array.lun("one"), array.lun("two")]
    found = [one.lun_wwid for one in array.driver.statistics()]
    assert {lun.wwid for lun in luns} <= set(found)
    assert len(found) == len(set(found))


def test_last_write_is_told_where_it_is_counted(array: ArrayUnderTest) -> None:
    array.require("statistics")
    lun = array.lun("alpha")
    before = time() - 1
    array.write(lun, 0, pattern(1, BLOCK))
    (found,) = [one for one in array.driver.statistics() if one.lun_wwid == lun.wwid]
    assert found.last_written is None or before < found.last_written < time() + 1


def test_array_says_who_it_is(array: ArrayUnderTest) -> None:
    told = array.driver.describe()
    assert told.id
    assert told.name
    assert told.kind in ("san", "nas", "both")
    assert told.kind != "san" or not array.can.export
    assert told == array.client().describe()
    assert told.id != array.client_of(array.harness.another_array()).describe().id
