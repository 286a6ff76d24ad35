# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One point of control for arrays that allow no more."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from .errors import Busy, Denied

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .driver import Driver

_POLL = 0.05


@contextmanager
def control_of(driver: Driver) -> Iterator[None]:
    """Hold the right to change the driver's array while the block runs.

    Arrays with concurrent control need no right. For others it is a file lock on this machine, which ends with
    the process that holds it. Raises Busy when it cannot be had within the connection's timeout.
    """
    if driver.capabilities().concurrent_control:
        yield
        return
    descriptor = os.open(_lock_file(driver), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _take(descriptor, driver)
        yield
    finally:
        os.close(descriptor)


def _lock_file(driver: Driver) -> Path:
    folder = Path(tempfile.gettempdir()) / f"lunar-control-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise Denied(f"{folder}: belongs to somebody else; remove it, or set TMPDIR to a folder of your own")
    connection = driver.connection
    address = str(connection.address).rstrip("/").lower()
    identity = f"{connection.driver}\n{address}\n{connection.port}"
    return folder / hashlib.sha256(identity.encode()).hexdigest()


def _take(descriptor: int, driver: Driver) -> None:
    deadline = monotonic() + driver.connection.timeout
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if monotonic() > deadline:
                raise Busy(
                    f"array {driver.connection.address}: another call controls it, and it allows one at a time; "
                    f"waited {driver.connection.timeout:g} s"
                ) from None
            sleep(_POLL)
