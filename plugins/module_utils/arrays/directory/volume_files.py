# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that hold the data: made, cloned, copied, cut, locked and made durable."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from ..driver import OnProgress

_FICLONE = 0x40049409  # linux/fs.h: _IOW(0x94, 9, int)
_CANNOT_CLONE = {errno.EOPNOTSUPP, errno.ENOTTY, errno.EXDEV, errno.EINVAL, errno.ENOSYS}
_CHUNK = 4 * 1024**2


def create_locked(path: Path) -> int:
    """A new, empty file, locked for as long as the returned descriptor is open: its maker is alive."""
    path.unlink(missing_ok=True)  # of a maker that was killed before its row was committed
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o660)
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return descriptor


def discard(descriptor: int, path: Path) -> None:
    """Close a file that was made in vain, and remove it unless another has its name by now."""
    found = status(path)
    if found is not None and os.path.samestat(found, os.fstat(descriptor)):
        path.unlink(missing_ok=True)
    os.close(descriptor)


def status(path: Path) -> os.stat_result | None:
    """The file's status, ``None`` when there is no such file (any more)."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def open_locked(path: Path, *, exclusive: bool) -> int | None:
    """The file, locked until the descriptor is closed; ``None`` when somebody else holds a lock against it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def set_size(descriptor: int, old: int, new: int, *, preallocate: bool) -> None:
    """Make a file of ``old`` bytes ``new`` bytes long; what is added is allocated when ``preallocate``. Not synced.

    Only what is added: where the filesystem cannot allocate, the C library writes, and hosts may write below.
    """
    if preallocate and new > old:
        os.posix_fallocate(descriptor, old, new - old)
    os.ftruncate(descriptor, new)


def clone(source: int, target: int) -> bool:
    """Let the empty file ``target`` share the blocks of ``source``. ``False`` where the filesystem cannot."""
    try:
        fcntl.ioctl(target, _FICLONE, source)
    except OSError as error:
        if error.errno in _CANNOT_CLONE:
            return False
        raise
    return True


def copy(source: int, target: int, on_progress: OnProgress) -> None:
    """Copy the data of ``source`` into the file ``target``, which has its size and reads as zeros.

    Holes stay holes. ``on_progress`` hears of bytes of data, not of holes.
    """
    total = allocated(source)
    done = 0
    for start, end in _data_ranges(source):
        for offset in range(start, end, _CHUNK):
            piece = os.pread(source, min(_CHUNK, end - offset), offset)
            _write_all(target, piece, offset)
            done += len(piece)
            on_progress(min(done, total), total)


def allocated(descriptor: int) -> int:
    """Bytes of storage that the file takes."""
    return os.fstat(descriptor).st_blocks * 512


def sync_folder(path: Path) -> None:
    """Make the names in the folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def can_clone(folder: Path) -> bool:
    """Whether files in ``folder`` can share blocks: tried on two empty files without names."""
    try:
        first = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError:
        return False
    try:
        second = os.open(folder, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            return clone(first, second)
        finally:
            os.close(second)
    finally:
        os.close(first)


def _data_ranges(descriptor: int) -> list[tuple[int, int]]:
    size = os.fstat(descriptor).st_size
    ranges = []
    end = 0
    while end < size:
        try:
            start = os.lseek(descriptor, end, os.SEEK_DATA)
        except OSError as error:
            if error.errno == errno.ENXIO:  # only a hole is left
                break
            raise
        end = os.lseek(descriptor, start, os.SEEK_HOLE)
        ranges.append((start, end))
    return ranges


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    rest = memoryview(data)
    while rest:
        written = os.pwrite(descriptor, rest, offset)
        rest = rest[written:]
        offset += written
