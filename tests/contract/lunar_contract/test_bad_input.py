# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 8: bad input is refused before anything changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NotFound
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue, StorageError

from .array_under_test import BLOCK, PREFIX, ArrayUnderTest, pattern

if TYPE_CHECKING:
    from collections.abc import Callable


pytestmark = pytest.mark.point(8)

BAD_NAMES = pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "../up",
        "a/b",
        "/a",
        "a b",
        "a\n",
        "\na",
        "a\0b",
        "it's",
        'a"b',
        "a;b",
        "$(a)",
        "a*",
        "-rf",
        ":a",
        "ä",
        "x" * 300,
    ],
    ids=lambda name: repr(name)[:16],
)
BAD_SIZES = pytest.mark.parametrize("size", [0, -1, -(2**63)])


@BAD_SIZES
def test_size_that_is_none_is_refused_for_a_new_lun(array: ArrayUnderTest, size: int) -> None:
    with array.unchanged(), pytest.raises(InvalidValue):
        array.lun("alpha", size=size)


@BAD_SIZES
def test_size_that_is_none_is_refused_for_resizing(array: ArrayUnderTest, size: int) -> None:
    lun = array.filled("alpha")
    content = array.read(lun)
    for resize in (array.driver.grow_lun, array.driver.shrink_lun):
        with array.unchanged(), pytest.raises(InvalidValue):
            resize(lun, size)
    assert array.read(lun) == content


def test_size_that_is_missing_is_refused(array: ArrayUnderTest) -> None:
    with array.unchanged(), pytest.raises(InvalidValue):
        array.lun("alpha", size=None)


def test_size_below_the_smallest_is_refused(array: ArrayUnderTest) -> None:
    with array.unchanged(), pytest.raises(InvalidValue):
        array.lun("alpha", size=array.can.smallest_lun - 1)


def test_size_over_the_maximum_is_refused(array: ArrayUnderTest) -> None:
    largest = array.can.largest_lun
    if largest is None:
        pytest.skip("the array has no largest LUN")
    lun = array.lun("alpha")
    for size in (largest + 1, 2 * largest, 2**70):
        with array.unchanged(), pytest.raises(InvalidValue):
            array.lun("beta", size=size)
        with array.unchanged(), pytest.raises(InvalidValue):
            array.driver.grow_lun(lun, size)


def test_absurd_size_is_refused_also_where_there_is_no_maximum(array: ArrayUnderTest) -> None:
    with array.unchanged(), pytest.raises(StorageError):
        array.lun("alpha", size=2**70)


def test_unknown_provisioning_is_refused(array: ArrayUnderTest) -> None:
    with array.unchanged(), pytest.raises(InvalidValue):
        array.lun("alpha", provisioning="fluffy")


@BAD_NAMES
def test_bad_name_is_refused_for_a_lun(array: ArrayUnderTest, name: str) -> None:
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.create_lun(replace(array.new("alpha"), name=name))


@BAD_NAMES
def test_bad_name_is_refused_for_replicas_and_snapshots(array: ArrayUnderTest, name: str) -> None:
    source = array.lun("source")
    new = replace(array.replica("replica"), name=name)
    acts: dict[str, Callable[[], object]] = {
        "clone": lambda: array.driver.clone_lun(source, new),
        "copy": lambda: array.driver.copy_lun(source, new),
        "snapshot": lambda: array.driver.create_snapshot(source, name),
        "export": lambda: array.driver.create_export(name, array.harness.pool, None),
    }
    for capability, act in acts.items():
        if getattr(array.can, capability):
            with array.unchanged(), pytest.raises(InvalidValue):
                act()


@BAD_NAMES
def test_bad_name_is_refused_for_a_host(array: ArrayUnderTest, name: str) -> None:
    for act in (array.driver.create_host, array.driver.add_initiators, array.driver.remove_initiators):
        with array.unchanged(), pytest.raises(InvalidValue):
            act(name, [array.initiator()])


@BAD_NAMES
def test_bad_name_is_refused_by_the_task(array: ArrayUnderTest, name: str) -> None:
    with array.unchanged(), pytest.raises(InvalidValue):
        array.task(name=name, pool=array.harness.pool, size=str(array.harness.size))
    with array.unchanged(), pytest.raises(InvalidValue):
        array.provision_ordinary("alpha", hosts=[{"name": name, "initiators": [array.initiator()]}])


@pytest.mark.parametrize(
    "pool",
    ["contract-nowhere", "", "..", "../pools", "it's", 'a" OR "1"="1', "p\n", "p" * 300],
    ids=lambda pool: repr(pool)[:16],
)
def test_unknown_pool_is_refused(array: ArrayUnderTest, pool: str) -> None:
    with array.unchanged(), pytest.raises((NotFound, InvalidValue)):
        array.lun("alpha", pool=pool)
    source = array.lun("source")
    for method in ("clone", "copy"):
        if getattr(array.can, method):
            make = array.driver.clone_lun if method == "clone" else array.driver.copy_lun
            with array.unchanged(), pytest.raises((NotFound, InvalidValue)):
                make(source, array.replica("replica", pool=pool))
    if array.can.export:
        with array.unchanged(), pytest.raises((NotFound, InvalidValue)):
            array.driver.create_export(PREFIX + "images", pool, None)


def test_pool_beside_a_real_one_is_refused(array: ArrayUnderTest) -> None:
    for near in (f"./{array.harness.pool}", f"{array.harness.pool}/", f" {array.harness.pool}"):
        with array.unchanged(), pytest.raises((NotFound, InvalidValue)):
            array.lun("alpha", pool=near)


@pytest.mark.parametrize(
    "host",
    ["contract-nobody", "", ".", "..", "it's", 'a" OR "1"="1', "h\n", "h" * 300],
    ids=lambda host: repr(host)[:16],
)
def test_unknown_host_gets_nothing(array: ArrayUnderTest, host: str) -> None:
    lun = array.lun("alpha")
    with array.unchanged(), pytest.raises((NotFound, InvalidValue)):
        array.driver.map_lun(lun, host)
    with array.unchanged():
        assert _false_or_refused(lambda: array.driver.unmap_lun(lun, host))
        assert _false_or_refused(lambda: array.driver.delete_host(host))


@pytest.mark.parametrize("form", ["./{}", "{}/", "../hosts/{}", "{}/../{}", " {}", "{}\n"])
def test_host_beside_a_real_one_does_not_disturb_it(array: ArrayUnderTest, form: str) -> None:
    lun, host = array.lun("alpha"), array.host("left")
    mapping = array.driver.map_lun(lun, host.name)
    array.harness.write(mapping, 0, pattern(1, BLOCK))
    near = form.format(host.name, host.name)
    with array.unchanged():
        assert _false_or_refused(lambda: array.driver.unmap_lun(lun, near))
        assert _false_or_refused(lambda: array.driver.delete_host(near))
        with pytest.raises((NotFound, InvalidValue)):
            array.driver.map_lun(lun, near)
    assert array.harness.size_seen(mapping) == lun.size
    assert array.harness.read(mapping, 0, BLOCK) == pattern(1, BLOCK)


@pytest.mark.parametrize(
    "initiator",
    [
        "",
        " ",
        "host1",
        "iqn.",
        "iqn.2026-13.com.example:a",
        "iqn.2026-01.com.example:it's",
        "iqn.2026-01.com.example:a b",
        "iqn.2026-01.com.example:a\niqn.2026-01.com.example:b",
        "50:01:43:80:12:34:56",
        "iqn.2026-01.com.example:" + "x" * 300,
    ],
    ids=lambda initiator: repr(initiator)[:32],
)
def test_bad_initiator_is_refused(array: ArrayUnderTest, initiator: str) -> None:
    host = array.host("left")
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.create_host(PREFIX + "right", [array.initiator(), initiator])
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.add_initiators(host.name, [array.initiator(), initiator])


def test_host_without_initiators_is_refused(array: ArrayUnderTest) -> None:
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.create_host(PREFIX + "left", [])


@pytest.mark.parametrize("description", ["two\nlines", "a\0b", "x" * 256], ids=lambda text: repr(text)[:16])
def test_description_that_is_not_one_line_of_text_is_refused(array: ArrayUnderTest, description: str) -> None:
    array.require("description")
    lun = array.lun("alpha")
    with array.unchanged(), pytest.raises(InvalidValue):
        array.lun("beta", description=description)
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.describe_lun(lun, description)


@BAD_SIZES
def test_bad_quota_is_refused(array: ArrayUnderTest, size: int) -> None:
    array.require("export")
    with array.unchanged(), pytest.raises(InvalidValue):
        array.driver.create_export(PREFIX + "images", array.harness.pool, size)


def test_unknown_option_of_the_connection_is_refused(array: ArrayUnderTest) -> None:
    connection = replace(array.harness.connection(), options={"no_such_option": True})
    with array.unchanged(), pytest.raises(InvalidValue, match="no_such_option"):
        array.client_of(connection)


def test_one_bad_lun_of_a_task_stops_all_of_them(array: ArrayUnderTest) -> None:
    size = str(array.harness.size)
    entries = [
        {"name": PREFIX + "good", "size": size},
        {"name": PREFIX + "bad", "size": size, "pool": "contract-nowhere"},
    ]
    with array.unchanged(), pytest.raises(StorageError):
        array.task(pool=array.harness.pool, luns=entries)


def _false_or_refused(act: Callable[[], bool]) -> bool:
    try:
        return act() is False
    except (NotFound, InvalidValue):
        return True
