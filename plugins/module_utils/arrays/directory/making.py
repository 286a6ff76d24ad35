# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How LUNs and snapshots come to be.

A volume is first committed as *being made*, with its space reserved and its file locked by the maker, then filled, and
becomes whole by one more commit. What a dead maker left is told by the free lock; see recovery.py.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from time import monotonic, sleep, time
from typing import TYPE_CHECKING

from ..errors import Busy, NameInUse, NotFound
from ..lun import THICK, THIN
from . import volume_files

if TYPE_CHECKING:
    from ..driver import OnProgress
    from ..lun import Lun, NewLun
    from ..snapshot import Snapshot
    from .database import Database
    from .layout import Layout
    from .space import Space
    from .volumes import Volume, Volumes

_POLL = 0.05
_PROGRESS_KEPT = 0.5  # seconds between two notes of how far a copy is


@dataclass(frozen=True)
class _Planned:
    """A volume about to be made by ``making`` (``create``, ``clone``, ``copy``, ``snapshot``)."""

    making: str
    name: str
    snapshot_of: int | None
    pool: str
    size: int
    provisioning: str
    description: str | None


class Making:
    """Makes the volumes of one array."""

    def __init__(self, layout: Layout, database: Database, space: Space, volumes: Volumes, timeout: float) -> None:
        self._layout = layout
        self._database = database
        self._space = space
        self._volumes = volumes
        self._timeout = timeout

    def create(self, new: NewLun) -> Lun:
        """An empty LUN, preallocated when thick."""
        size = new.size or 0
        planned = _Planned("create", new.name, None, new.pool, size, new.provisioning, new.description)
        return self._volumes.lun(self._make(planned, None, lambda _done, _total: None))

    def replicate(self, making: str, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        """A LUN with the source's content: ``making`` is ``clone`` (shared blocks where possible) or ``copy``."""
        origin = self._volumes.of(source)
        planned = _Planned(making, new.name, None, new.pool, origin.size, new.provisioning, new.description)
        return self._volumes.lun(self._make(planned, origin, on_progress))

    def snapshot(self, lun: Lun, name: str) -> Snapshot:
        """A snapshot of the LUN, by shared blocks where possible."""
        source = self._volumes.of(lun)
        planned = _Planned("snapshot", name, source.id, source.pool, source.size, THIN, None)
        made = self._make(planned, source, lambda _done, _total: None)
        return self._volumes.as_snapshot(made, self._volumes.file_used(made))

    def discard_if_abandoned(self, connection: sqlite3.Connection, volume: Volume) -> bool:
        """Undo a volume whose maker died. ``False`` when the maker is alive. To be called inside a change."""
        file = self._volumes.file_of(volume)
        if file.exists() and self._volumes.is_locked(volume):
            return False
        file.unlink(missing_ok=True)
        connection.execute("DELETE FROM volume WHERE id = ?", (volume.id,))
        return True

    def _make(self, planned: _Planned, source: Volume | None, on_progress: OnProgress) -> Volume:
        source_file = None if source is None else self._open_source(source)
        try:
            needed = planned.size if planned.provisioning == THICK else 0
            if source_file is not None and not needed:
                needed = volume_files.allocated(source_file)
            volume, file = self._begin(planned, needed)
            try:
                if volume.making:
                    self._fill(volume, file, source_file, on_progress)
                    os.fsync(file)
                    self._finish(volume)
            except BaseException:
                self._undo(volume)
                raise
            finally:
                os.close(file)
        finally:
            if source_file is not None:
                os.close(source_file)
        return self._volumes.whole(volume.wwid)

    def _begin(self, planned: _Planned, needed: int) -> tuple[Volume, int]:
        deadline = monotonic() + self._timeout
        while True:
            with self._database.change() as connection:
                namesake = self._namesake(planned)
                if namesake is None or (namesake.making and self.discard_if_abandoned(connection, namesake)):
                    return self._insert(connection, planned, needed)
            if not namesake.making:
                raise NameInUse(
                    f"{planned.name}: the name is in use in array {self._layout.root} (WWID {namesake.wwid})"
                )
            if monotonic() > deadline:
                raise Busy(f"{planned.name}: another call is making it; waited {self._timeout:g} s")
            sleep(_POLL)

    def _insert(self, connection: sqlite3.Connection, planned: _Planned, needed: int) -> tuple[Volume, int]:
        self._space.require(connection, planned.pool, planned.size, needed)
        is_whole = planned.making == "create" and planned.provisioning == THIN  # a sparse file is made in no time
        cursor = connection.execute(
            "INSERT INTO volume"
            " (name, snapshot_of, pool, size, provisioning, description, created, reserved, making, done, total)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (
                planned.name,
                planned.snapshot_of,
                planned.pool,
                planned.size,
                planned.provisioning,
                planned.description or None,
                time(),
                needed,
                None if is_whole else planned.making,
                needed,
            ),
        )
        (volume,) = self._volumes.select("id = ?", (cursor.lastrowid,))
        path = self._volumes.file_of(volume)
        file = volume_files.create_locked(path)
        self._database.on_failure(lambda: volume_files.discard(file, path))
        if is_whole:
            os.ftruncate(file, volume.size)
            os.fsync(file)
        volume_files.sync_folder(path.parent)
        return volume, file

    def _fill(self, volume: Volume, file: int, source_file: int | None, on_progress: OnProgress) -> None:
        if source_file is not None:
            may_share = volume.making != "copy" and not volume.is_thick  # a thick LUN's blocks are its own
            if may_share and volume_files.clone(source_file, file):
                on_progress(volume.size, volume.size)
            else:
                os.ftruncate(file, volume.size)
                volume_files.copy(source_file, file, self._noting_progress(volume, on_progress))
        volume_files.set_size(file, 0, volume.size, preallocate=volume.is_thick)

    def _noting_progress(self, volume: Volume, on_progress: OnProgress) -> OnProgress:
        noted_at = monotonic()

        def note(done: int, total: int) -> None:
            nonlocal noted_at
            on_progress(done, total)
            if monotonic() - noted_at > _PROGRESS_KEPT:
                noted_at = monotonic()
                with self._database.change() as connection:
                    connection.execute("UPDATE volume SET done = ?, total = ? WHERE id = ?", (done, total, volume.id))

        return note

    def _finish(self, volume: Volume) -> None:
        reserved = volume.size if volume.is_thick else 0
        with self._database.change() as connection:
            connection.execute(
                "UPDATE volume SET making = NULL, done = NULL, total = NULL, reserved = ? WHERE id = ?",
                (reserved, volume.id),
            )
        self._space.forget(volume.pool)

    def _undo(self, volume: Volume) -> None:
        self._volumes.file_of(volume).unlink(missing_ok=True)  # first: it gives back the space that the change may need
        with self._database.change() as connection:
            connection.execute("DELETE FROM volume WHERE id = ?", (volume.id,))

    def _open_source(self, source: Volume) -> int:
        deadline = monotonic() + self._timeout
        while True:
            try:
                file = volume_files.open_locked(self._volumes.file_of(source), exclusive=False)
            except FileNotFoundError:
                raise NotFound(f"{source.name}: it is not in array {self._layout.root} any more") from None
            if file is not None:
                return file
            if monotonic() > deadline:
                raise Busy(f"{source.name}: another call is changing it; waited {self._timeout:g} s")
            sleep(_POLL)

    def _namesake(self, planned: _Planned) -> Volume | None:
        found = self._volumes.select("name = ? AND snapshot_of IS ?", (planned.name, planned.snapshot_of))
        return next(iter(found), None)
