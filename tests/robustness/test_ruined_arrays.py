# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders in which no array can be worked on: one clear error of the right kind, and nothing is changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.report import reports
from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError

from .array_state import state_of
from .tasks import capacities, make_array, make_lun, run_array, run_lun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .mounts import Mounts


def missing(array: Path) -> None:
    shutil.rmtree(array)


def file_in_its_place(array: Path) -> None:
    shutil.rmtree(array)
    array.write_text("not a folder")


def empty_folder(array: Path) -> None:
    shutil.rmtree(array)
    array.mkdir()


def empty_database(array: Path) -> None:
    os.truncate(array / "array.sqlite", 0)


def garbage(array: Path) -> None:
    (array / "array.sqlite").write_bytes(b"garbage" * 1000)


def garbage_after_the_header(array: Path) -> None:
    database = array / "array.sqlite"
    database.write_bytes(database.read_bytes()[:100] + b"garbage" * 1000)


def somebody_elses_database(array: Path) -> None:
    (array / "array.sqlite").unlink()
    with closing(sqlite3.connect(array / "array.sqlite")) as database:
        database.execute("CREATE TABLE bookmark (address TEXT)")
        database.execute("PRAGMA user_version = 1")


def newer_layout(array: Path) -> None:
    with closing(sqlite3.connect(array / "array.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")


def folder_in_the_databases_place(array: Path) -> None:
    (array / "array.sqlite").unlink()
    (array / "array.sqlite").mkdir()


def list_luns(array: Path) -> object:
    options: dict[str, Any] = {"gather_subset": ["all"], "filters": {}, "ignore_unreachable_arrays": False}
    return reports({"array": {"address": str(array), "driver": "directory"}, "arrays": None, **options})


def make_a_lun(array: Path) -> object:
    return run_lun(array, name="another", size="1MiB", pool="gold")


def add_a_pool(array: Path) -> object:
    return run_array(array, pools=capacities(bronze="1MiB"))


RUINS: dict[Callable[[Path], None], set[str]] = {
    missing: {"unreachable"},
    file_in_its_place: {"unreachable"},
    empty_folder: {"unreachable"},
    empty_database: {"unreachable"},
    garbage: {"failed_on_array"},
    garbage_after_the_header: {"failed_on_array"},
    somebody_elses_database: {"failed_on_array"},
    newer_layout: {"failed_on_array"},
    folder_in_the_databases_place: {"unreachable", "failed_on_array"},
}
NO_ARRAY_YET = {missing, empty_folder, empty_database}
"""Where ``directory_array`` makes one."""


@pytest.fixture
def array(tmp_path: Path) -> Path:
    array = make_array(tmp_path / "array", gold="64MiB")
    make_lun(array, name="work", size="1MiB", pool="gold")
    return array


@pytest.mark.parametrize("act", [list_luns, make_a_lun])
@pytest.mark.parametrize("ruin", RUINS)
def test_what_is_no_array_is_told_as_that(
    ruin: Callable[[Path], None], act: Callable[[Path], object], array: Path
) -> None:
    ruin(array)
    with pytest.raises(StorageError) as caught:
        act(array)
    assert caught.value.kind in RUINS[ruin]
    assert str(array) in str(caught.value)


@pytest.mark.parametrize("act", [list_luns, make_a_lun, add_a_pool])
@pytest.mark.parametrize("ruin", [ruin for ruin in RUINS if ruin not in NO_ARRAY_YET])
def test_what_is_something_else_is_left_as_it_is(
    ruin: Callable[[Path], None], act: Callable[[Path], object], array: Path
) -> None:
    ruin(array)
    before = contents(array)
    with pytest.raises(StorageError, match=str(array)):
        act(array)
    assert contents(array) == before


def test_a_read_only_folder_is_told_as_denied_and_nothing_changes(array: Path, mounts: Mounts) -> None:
    before = state_of(array)
    view = mounts.read_only_view(array)
    with pytest.raises(StorageError) as caught:
        add_a_pool(view)
    assert caught.value.kind == "denied"
    assert str(view) in str(caught.value)
    for task in ({"name": "new", "size": "1MiB", "pool": "gold"}, {"name": "work", "state": "absent"}):
        assert denied(view, **task)
    assert state_of(array) == before


def denied(array: Path, **task: Any) -> bool:
    """Whether the array is said to be out of reach for changes, be it at once or when the LUN is worked on."""
    try:
        return [lun["error"]["kind"] for lun in run_lun(array, **task).luns] == ["denied"]
    except StorageError as error:
        return error.kind == "denied"


def test_an_array_is_not_made_in_a_read_only_folder(tmp_path: Path, mounts: Mounts) -> None:
    (tmp_path / "empty").mkdir()
    view = mounts.read_only_view(tmp_path / "empty")
    with pytest.raises(StorageError) as caught:
        make_array(view / "array", gold="1MiB")
    assert caught.value.kind == "denied"


def test_a_lun_whose_file_was_taken_away_is_told_and_can_be_removed(array: Path) -> None:
    (file,) = (array / "pools" / "gold" / "luns").iterdir()
    file.unlink()
    done = run_lun(array, name="work", size="2MiB")
    assert file.name in done.failure
    assert run_lun(array, name="work", state="absent").failures == []


def test_files_that_others_put_among_the_luns_stay_and_disturb_nobody(array: Path) -> None:
    stray = [array / "pools" / "gold" / "luns" / name for name in ("notes.raw", "notes.txt", "naa.3.raw")]
    for file in stray:
        file.write_text("mine")
    list_luns(array)
    make_a_lun(array)
    assert [file for file in stray if not file.exists()] == []


def contents(array: Path) -> dict[str, bytes | None]:
    """All files below, without what SQLite keeps beside its database while it is open."""
    if array.is_file():
        return {"": array.read_bytes()}
    return {
        str(file.relative_to(array)): file.read_bytes() if file.is_file() else None
        for file in array.rglob("*")
        if not file.name.endswith(("-wal", "-shm", "-journal"))
    }
