# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What SQLite and the operating system raise, in the contract's words."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ..errors import ArrayError, Busy, Denied, FailedOnArray, NoSpace

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def errors_told(array: str) -> Iterator[None]:
    """Turn what SQLite and the operating system raise into the contract's errors."""
    try:
        yield
    except ArrayError:
        raise
    except sqlite3.Error as error:
        raise _from_database(array, error) from error
    except OSError as error:
        raise _from_system(array, error) from error


def _from_database(array: str, error: sqlite3.Error) -> ArrayError:
    words = str(error)  # Python 3.9 and 3.10 give no code beside SQLite's words
    if "locked" in words:
        return Busy(f"array {array}: other calls keep it locked; try again later")
    if "full" in words:
        return NoSpace(f"array {array}: the filesystem is full")
    if "readonly" in words or "read-only" in words or "unable to open" in words:
        return Denied(f"array {array}: this user may not write to it ({words})")
    return FailedOnArray(f"array {array}", type(error).__name__, words)


def _from_system(array: str, error: OSError) -> ArrayError:
    what = f"{error.filename or array}"
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NoSpace(f"array {array}: no space is left for {what}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Denied(f"array {array}: {what}: {error.strerror}")
    code = errno.errorcode.get(error.errno or 0, "error")
    return FailedOnArray(f"array {array}: {what}", code, error.strerror or str(error))
