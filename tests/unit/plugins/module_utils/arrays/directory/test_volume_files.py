# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import volume_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MIB = 1024**2


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[[str], int]]:
    """Opens files in the test's folder, and closes them."""
    with ExitStack() as stack:

        def open_file(name: str) -> int:
            descriptor = os.open(tmp_path / name, os.O_RDWR | os.O_CREAT, 0o600)
            stack.callback(os.close, descriptor)
            return descriptor

        yield open_file


def content(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def sparse(descriptor: int, size: int, data: dict[int, bytes]) -> None:
    """Make it a file of ``size`` bytes with data at these offsets and holes between."""
    os.ftruncate(descriptor, size)
    for offset, piece in data.items():
        os.pwrite(descriptor, piece, offset)
    os.fsync(descriptor)


def copied(opened: Callable[[str], int], source: int) -> tuple[int, list[tuple[int, int]]]:
    """A copy of ``source``, and the progress that was heard."""
    target = opened("target")
    os.ftruncate(target, os.fstat(source).st_size)
    heard: list[tuple[int, int]] = []
    volume_files.copy(source, target, lambda done, total: heard.append((done, total)))
    return target, heard


def test_a_copy_holds_the_same_data_and_the_same_holes(opened: Callable[[str], int]) -> None:
    source = opened("source")
    sparse(source, 64 * MIB, {0: b"first" * 1000, 20 * MIB + 17: os.urandom(9 * MIB), 63 * MIB: b"last"})
    target, _heard = copied(opened, source)
    assert content(target) == content(source)
    assert volume_files.allocated(target) <= volume_files.allocated(source) + 64 * 1024
    assert volume_files.allocated(target) < 12 * MIB


@pytest.mark.parametrize("size", [0, 4096, 5 * MIB])
def test_a_file_without_data_is_copied_without_a_word(size: int, opened: Callable[[str], int]) -> None:
    source = opened("source")
    os.ftruncate(source, size)
    target, heard = copied(opened, source)
    assert content(target) == b"\0" * size
    assert volume_files.allocated(target) == 0
    assert heard == []


def test_progress_grows_to_the_whole_and_not_beyond(opened: Callable[[str], int]) -> None:
    source = opened("source")
    sparse(source, 30 * MIB, {MIB: os.urandom(10 * MIB), 20 * MIB: os.urandom(MIB)})
    _target, heard = copied(opened, source)
    done = [one for one, _total in heard]
    assert done == sorted(done)
    assert len(done) > 2
    assert {total for _done, total in heard} == {volume_files.allocated(source)}
    assert 11 * MIB <= done[-1] <= volume_files.allocated(source)


def test_what_is_heard_of_a_copy_can_stop_it(opened: Callable[[str], int]) -> None:
    source = opened("source")
    sparse(source, 20 * MIB, {0: os.urandom(20 * MIB)})

    def stop(done: int, _total: int) -> None:
        raise KeyboardInterrupt(done)

    with pytest.raises(KeyboardInterrupt):
        volume_files.copy(source, opened("target"), stop)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    size=st.integers(1, 300_000),
    data=st.dictionaries(st.integers(0, 300_000), st.binary(min_size=1, max_size=5000), max_size=6),
)
def test_any_file_is_copied_byte_by_byte(size: int, data: dict[int, bytes], opened: Callable[[str], int]) -> None:
    source = opened("source")
    os.ftruncate(source, 0)
    sparse(source, size, {offset: piece for offset, piece in data.items() if offset + len(piece) <= size})
    os.ftruncate(opened("target"), 0)
    target, _heard = copied(opened, source)
    assert content(target) == content(source)


def test_growing_a_thin_file_allocates_nothing(opened: Callable[[str], int]) -> None:
    file = opened("file")
    volume_files.set_size(file, 0, 5 * MIB, preallocate=False)
    assert os.fstat(file).st_size == 5 * MIB
    assert volume_files.allocated(file) == 0


def test_growing_a_thick_file_allocates_what_is_added_and_keeps_the_data(opened: Callable[[str], int]) -> None:
    file = opened("file")
    os.pwrite(file, b"data", 0)
    volume_files.set_size(file, 4, 5 * MIB, preallocate=True)
    assert os.fstat(file).st_size == 5 * MIB
    assert volume_files.allocated(file) >= 5 * MIB
    assert content(file)[:8] == b"data\0\0\0\0"


@pytest.mark.parametrize("preallocate", [False, True])
def test_shrinking_cuts(preallocate: bool, opened: Callable[[str], int]) -> None:  # noqa: FBT001
    file = opened("file")
    os.pwrite(file, b"keep" + b"lose" * 1000, 0)
    volume_files.set_size(file, 4004, 4, preallocate=preallocate)
    assert content(file) == b"keep"


def test_a_clone_holds_the_data_or_is_refused_without_a_trace(opened: Callable[[str], int], tmp_path: Path) -> None:
    source, target = opened("source"), opened("target")
    os.pwrite(source, b"data" * 5000, 0)
    could = volume_files.clone(source, target)
    assert could == volume_files.can_clone(tmp_path)
    assert content(target) == (content(source) if could else b"")


def test_asking_whether_files_can_be_cloned_leaves_nothing(tmp_path: Path) -> None:
    volume_files.can_clone(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_be_made_cannot_be_cloned(tmp_path: Path) -> None:
    assert not volume_files.can_clone(tmp_path / "missing")


def test_a_file_is_locked_by_its_maker_until_it_is_closed(tmp_path: Path) -> None:
    maker = volume_files.create_locked(tmp_path / "file")
    assert volume_files.open_locked(tmp_path / "file", exclusive=False) is None
    assert volume_files.open_locked(tmp_path / "file", exclusive=True) is None
    os.close(maker)
    reader = volume_files.open_locked(tmp_path / "file", exclusive=True)
    assert reader is not None
    os.close(reader)


def test_a_file_may_have_many_readers_but_no_changer_beside_them(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    readers = [volume_files.open_locked(tmp_path / "file", exclusive=False) for _turn in range(2)]
    assert None not in readers
    assert volume_files.open_locked(tmp_path / "file", exclusive=True) is None
    for reader in readers:
        os.close(reader or 0)


def test_a_refused_lock_leaves_no_file_open(tmp_path: Path) -> None:
    maker = volume_files.create_locked(tmp_path / "file")
    volume_files.open_locked(tmp_path / "file", exclusive=True)
    opened = [entry.readlink() for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    assert opened.count(tmp_path / "file") == 1
    os.close(maker)


def test_what_a_killed_maker_left_is_not_taken_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"old data")
    maker = volume_files.create_locked(tmp_path / "file")
    assert content(maker) == b""
    os.close(maker)


def test_a_missing_file_cannot_be_locked(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        volume_files.open_locked(tmp_path / "missing", exclusive=False)
