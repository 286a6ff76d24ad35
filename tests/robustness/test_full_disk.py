# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays on a filesystem that really is full: wherever it strikes, the task says so and leaves nothing behind."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError

from .array_state import checksum, discords, driver_of, lun_files, state_of
from .tasks import Task, lun_task, make_array, make_lun, run_lun

if TYPE_CHECKING:
    from collections.abc import Callable

    from .mounts import Mounts
    from .tasks import Done, TaskServer

MIB = 1024**2
BLOCK = 4096
HOST = {"name": "alpha", "initiators": ["iqn.2026-01.com.example:alpha"]}
OTHER_HOST = {"name": "beta", "initiators": ["iqn.2026-01.com.example:beta"]}
FILESYSTEMS: dict[str, Callable[[Mounts], Path]] = {
    "tmpfs": lambda mounts: mounts.tmpfs("16m"),
    "ext4 of small blocks": lambda mounts: mounts.ext4("16M", block_size=1024),
}


@pytest.fixture(params=FILESYSTEMS)
def disk(request: pytest.FixtureRequest, mounts: Mounts) -> Path:
    """A filesystem of 16 MiB."""
    return FILESYSTEMS[request.param](mounts)


@pytest.fixture
def array(disk: Path) -> Path:
    """An array that promises more than its disk has: a LUN ``source`` with 5 MiB of data, and a mapped one."""
    array = make_array(disk / "array", gold="100MiB")
    made = make_lun(array, name="source", size="5MiB", pool="gold")
    lun_files(array)[made["wwid"]].write_bytes(os.urandom(5 * MIB))
    make_lun(array, name="mapped", size="1MiB", pool="gold", hosts=[HOST])
    return array


def test_a_thick_lun_larger_than_the_disk_is_refused_and_leaves_nothing(array: Path) -> None:
    before = state_of(array)
    assert kinds(run_lun(array, name="work", size="50MiB", pool="gold", provisioning="thick")) == ["no_space"]
    assert discords(array) == []
    assert state_of(array) == before
    make_lun(array, name="work", size="1MiB", pool="gold", provisioning="thick")


def test_a_copy_that_fills_the_disk_is_refused_and_leaves_nothing(array: Path) -> None:
    task = {"name": "work", "source": {"lun": "source", "method": "copy"}}
    before = state_of(array)
    with Ballast(array.parent, leave=2 * MIB):
        assert kinds(run_lun(array, **task)) == ["no_space"]
        assert discords(array) == []
    assert state_of(array) == before
    made = make_lun(array, **task)
    files = lun_files(array)
    assert checksum(files[made["wwid"]]) == before.luns["source"][-1]


def test_growing_a_thick_lun_beyond_the_disk_is_refused_and_it_stays_as_it_is(array: Path) -> None:
    make_lun(array, name="work", size="1MiB", pool="gold", provisioning="thick")
    before = state_of(array)
    assert kinds(run_lun(array, name="work", size="50MiB")) == ["no_space"]
    assert discords(array) == []
    assert state_of(array) == before
    make_lun(array, name="work", size="2MiB")


def test_a_lun_can_be_removed_from_a_disk_without_a_free_byte(array: Path) -> None:
    with Ballast(array.parent, leave=0):
        done = run_lun(array, name="source", state="absent")
        assert done.failures == []
        assert discords(array) == []
        make_lun(array, name="work", size="1MiB", pool="gold")


def test_a_full_disk_can_be_asked_what_it_holds(array: Path) -> None:
    with Ballast(array.parent, leave=0), driver_of(array) as driver:
        assert driver.capabilities().thin
        assert [lun.name for lun in driver.luns()] == ["mapped", "source"]


def test_a_refused_task_leaves_no_file_open(array: Path) -> None:
    def open_files() -> set[str]:
        return {str(entry.readlink()) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()}

    for leave in range(0, 16 * BLOCK, BLOCK):
        with Ballast(array.parent, leave), suppress(StorageError):
            run_lun(array, name="work", size="1MiB", pool="gold")
        assert [file for file in open_files() if file.startswith(str(array))] == []


TASKS: dict[str, dict[str, Any]] = {
    "create": {"name": "work", "size": "1MiB", "pool": "gold"},
    "create and map": {"name": "work", "size": "1MiB", "pool": "gold", "hosts": [HOST]},
    "map to a new host": {"name": "source", "hosts": [OTHER_HOST]},
    "unmap": {"name": "mapped", "hosts": [], "force_unmap": True},
    "grow": {"name": "source", "size": "6MiB"},
    "shrink": {"name": "source", "size": "4MiB", "allow_shrink": True},
    "describe": {"name": "source", "description": "x" * 255},
    "delete": {"name": "source", "state": "absent"},
}


@pytest.mark.parametrize("task", TASKS)
def test_whenever_space_ends_a_task_is_done_or_refused_and_works_again_later(
    task: str, array: Path, task_server: TaskServer
) -> None:
    """The free space shrinks block by block, so that it ends in each of the files that a task writes."""
    complaints = []
    for leave in range(0, 24 * BLOCK, BLOCK):
        before = state_of(array)
        with Ballast(array.parent, leave):
            told = in_own_process(task_server, array, TASKS[task])
        if told not in ("done", "no_space"):
            complaints.append(f"{leave} bytes: {told}")
        complaints += [f"{leave} bytes, {told}: {discord}" for discord in discords(array)]
        if told == "no_space" and not discords(array) and state_of(array) != before:
            complaints.append(f"{leave} bytes: refused, but {state_of(array)} was {before}")
        done = run_lun(array, **TASKS[task])
        complaints += [f"{leave} bytes, the repeat: {discord}" for discord in [*kinds(done), *discords(array)]]
        put_back(array)
    assert complaints == []


def in_own_process(server: TaskServer, array: Path, task: dict[str, Any]) -> str:
    """``done``, the error's kind, or the signal that ended it."""
    ended = server.run(array, Task("provision", lun_task(**task), threads=True))
    if ended.told is None:
        return f"died with {ended.status}"
    if "refused" in ended.told:
        return ended.told["refused"]
    errors = [lun["error"]["kind"] for lun in ended.told["told"]["luns"] if lun["error"]]
    return errors[0] if errors else "done"


def put_back(array: Path) -> None:
    """What the tasks begin with."""
    run_lun(array, name="work", state="absent", force_unmap=True)
    make_lun(
        array, name="source", size="5MiB", pool="gold", hosts=[], description="", force_unmap=True, allow_shrink=True
    )
    make_lun(array, name="mapped", hosts=[HOST])
    with driver_of(array) as driver:
        driver.delete_host(OTHER_HOST["name"])


def kinds(done: Done) -> list[str]:
    return [lun["error"]["kind"] for lun in done.failures]


class Ballast:
    """A file that leaves ``leave`` bytes of its filesystem, as long as the block runs."""

    def __init__(self, disk: Path, leave: int) -> None:
        self._file = disk / "ballast"
        self._leave = leave

    def __enter__(self) -> None:
        with self._file.open("wb", buffering=0) as file:
            for size in (64 * BLOCK, BLOCK, 1024):  # down to the last byte
                self._write_while_it_fits(file, b"\1" * size)
            os.fsync(file.fileno())
            file.truncate(max(0, os.fstat(file.fileno()).st_size - self._leave))
            os.fsync(file.fileno())

    def __exit__(self, *exception: object) -> None:
        self._file.unlink()
        # Blocks of files that are gone come back when the journal has been written.
        folder = os.open(self._file.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)

    def _write_while_it_fits(self, file: Any, piece: bytes) -> None:
        try:
            while True:
                file.write(piece)
        except OSError:
            return
