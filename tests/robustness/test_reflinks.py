# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clones on a filesystem whose files can share blocks: XFS, made here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from .array_state import checksum, discords, driver_of, lun_files
from .tasks import make_array, make_lun

if TYPE_CHECKING:
    from pathlib import Path

    from .mounts import Mounts

MIB = 1024**2
DATA = 32 * MIB
LITTLE = MIB
"""What the filesystem may need for its own records."""


@pytest.fixture
def array(mounts: Mounts) -> Path:
    """An array on XFS, whose LUN ``source`` is full of data."""
    array = make_array(mounts.xfs("300M") / "array", gold="200MiB")
    made = make_lun(array, name="source", size=str(DATA), pool="gold")
    file = lun_files(array)[made["wwid"]]
    file.write_bytes(os.urandom(DATA))
    return array


def test_the_array_says_that_files_can_share_blocks(array: Path) -> None:
    with driver_of(array) as driver:
        assert driver.capabilities().file_clone


def test_an_array_where_one_pool_cannot_share_does_not_say_so(array: Path, mounts: Mounts) -> None:
    make_array(array, silver="1MiB")
    (array / "pools" / "silver").rename(array / "silver-before")
    (array / "pools" / "silver").symlink_to(mounts.tmpfs("1m"))
    for kind in ("luns", "snapshots", "exports"):
        (array / "pools" / "silver" / kind).mkdir()
    with driver_of(array) as driver:
        assert not driver.capabilities().file_clone


def test_a_clone_takes_no_space_of_its_own(array: Path) -> None:
    before = taken(array)
    clone = make_lun(array, name="clone", source={"lun": "source"})
    assert clone["actions"] == ["cloned"]
    assert taken(array) - before < LITTLE
    assert data_of(array, clone) == data_of(array, make_lun(array, name="source"))


def test_a_clone_can_be_written_without_changing_its_source(array: Path) -> None:
    source = make_lun(array, name="source")
    clone = make_lun(array, name="clone", source={"lun": "source"})
    before = data_of(array, source)
    write(array, clone, b"the clone's own")
    assert data_of(array, source) == before
    assert data_of(array, clone) != before


def test_a_clone_stays_when_its_source_is_written_and_removed(array: Path) -> None:
    source = make_lun(array, name="source")
    before = data_of(array, source)
    clone = make_lun(array, name="clone", source={"lun": "source"})
    write(array, source, b"the source's own")
    make_lun(array, name="source", state="absent")
    assert data_of(array, clone) == before
    assert discords(array) == []


def test_a_thick_clone_has_space_of_its_own_for_every_write(array: Path) -> None:
    clone = make_lun(array, name="clone", provisioning="thick", source={"lun": "source"})
    before = taken(array)
    write(array, clone, os.urandom(DATA))
    assert taken(array) - before < LITTLE


def test_a_copy_shares_nothing(array: Path) -> None:
    before = taken(array)
    copy = make_lun(array, name="copy", source={"lun": "source", "method": "copy"})
    assert copy["actions"] == ["copied"]
    assert taken(array) - before > DATA - LITTLE
    assert data_of(array, copy) == data_of(array, make_lun(array, name="source"))


def test_a_snapshot_takes_no_space_of_its_own_and_can_be_cloned(array: Path) -> None:
    before = taken(array)
    source = make_lun(array, name="source")
    kept = data_of(array, source)
    with driver_of(array) as driver:
        driver.create_snapshot(driver.luns()[0], "monday")
    assert taken(array) - before < LITTLE
    write(array, source, b"tuesday")
    clone = make_lun(array, name="clone", source={"lun": "source", "snapshot": "monday"})
    assert data_of(array, clone) == kept


def taken(array: Path) -> int:
    """Allocated bytes of the filesystem, when all that was written has its place."""
    folder = os.open(array, os.O_RDONLY)
    try:
        os.sync()
        found = os.fstatvfs(folder)
    finally:
        os.close(folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def write(array: Path, lun: dict[str, str], data: bytes) -> None:
    with lun_files(array)[lun["wwid"]].open("r+b") as file:
        file.write(data)
        os.fsync(file.fileno())


def data_of(array: Path, lun: dict[str, str]) -> str:
    return checksum(lun_files(array)[lun["wwid"]])
