# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A power failure takes what was not synced: data and names are on disk before the database says that they are there.

Nothing is killed here; the order of a task's calls, as strace saw them, is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .array_state import lun_files
from .tasks import Task, lun_task, make_array, make_lun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .tasks import Call, TaskServer

ALPHA = {"name": "alpha", "initiators": ["iqn.2026-01.com.example:alpha"]}
SYNCS = {"fsync", "fdatasync"}
MAKING = [
    {"name": "work", "size": "1MiB", "pool": "gold"},
    {"name": "work", "size": "1MiB", "pool": "gold", "provisioning": "thick"},
    {"name": "work", "source": {"lun": "source"}},
    {"name": "work", "source": {"lun": "source", "method": "copy"}},
]


@pytest.fixture
def array(tmp_path: Path) -> Path:
    """An array with the LUN ``source``, which holds data."""
    array = make_array(tmp_path / "array", gold="64MiB")
    made = make_lun(array, name="source", size="1MiB", pool="gold")
    lun_files(array)[made["wwid"]].write_bytes(b"data" * 2**18)
    return array


def calls_of(server: TaskServer, array: Path, **task: Any) -> list[Call]:
    ended = server.traced(array, Task("provision", lun_task(**task)), array.with_name("calls"))
    assert ended.status == 0
    return ended.calls


def places(calls: list[Call], names: set[str], word: str) -> Iterator[int]:
    """Where calls of these names are that have to do with a file."""
    return (place for place, call in enumerate(calls) if call.name in names and word in call.line)


def commit(calls: list[Call]) -> int:
    """Where the database's last write is; from then on others are told."""
    return max(places(calls, {"pwrite64", "write", "ftruncate"}, "/array.sqlite"))


def assert_synced_before_it_is_told(calls: list[Call], names: set[str], changed: str, synced: str) -> None:
    """The last of these calls on ``changed`` is followed by a sync of ``synced`` before the commit."""
    last = max(place for place in places(calls, names, changed) if place < commit(calls))
    assert any(last < place < commit(calls) for place in places(calls, SYNCS, synced))


@pytest.mark.parametrize("task", MAKING)
def test_the_data_of_a_new_lun_is_synced_before_the_lun_is_told(
    task: dict[str, Any], array: Path, task_server: TaskServer
) -> None:
    calls = calls_of(task_server, array, **task)
    assert_synced_before_it_is_told(calls, {"pwrite64", "ftruncate", "fallocate"}, ".raw", ".raw>")


@pytest.mark.parametrize("task", MAKING)
def test_the_file_name_of_a_new_lun_is_synced_before_the_lun_is_told(
    task: dict[str, Any], array: Path, task_server: TaskServer
) -> None:
    calls = [call for call in calls_of(task_server, array, **task) if call.changes_files]
    assert_synced_before_it_is_told(calls, {"openat"}, ".raw", "/luns>")


def test_a_grown_lun_is_synced_before_its_size_is_told(array: Path, task_server: TaskServer) -> None:
    calls = calls_of(task_server, array, name="source", size="2MiB")
    assert_synced_before_it_is_told(calls, {"ftruncate"}, ".raw", ".raw>")


def test_the_link_of_a_mapping_is_synced_before_the_mapping_is_told(array: Path, task_server: TaskServer) -> None:
    calls = calls_of(task_server, array, name="source", hosts=[ALPHA])
    assert_synced_before_it_is_told(calls, {"symlink"}, "/hosts/alpha/", "/hosts/alpha>")


@pytest.mark.parametrize("task", [*MAKING, {"name": "source", "state": "absent"}, {"name": "source", "size": "2MiB"}])
def test_a_change_is_on_disk_when_the_task_says_so(task: dict[str, Any], array: Path, task_server: TaskServer) -> None:
    calls = calls_of(task_server, array, **task)
    assert any(place > commit(calls) for place in places(calls, SYNCS, "/array"))
