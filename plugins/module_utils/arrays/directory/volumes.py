# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs and snapshots: a row in the database and a file each.

A volume is first committed as *being made*, with its space reserved and its file locked by the maker, then filled, and
becomes whole by one more commit. What a dead maker left is told by the free lock; see recovery.py.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from time import monotonic, sleep, time
from typing import TYPE_CHECKING

from ..errors import Busy, HasDependants, NameInUse, NotFound, StillMapped
from ..lun import THICK, THIN, Lun
from ..snapshot import Snapshot
from ..statistics import Statistics
from ..wwid import locally_assigned
from . import volume_files
from .space import allocated, beside, files_by_wwid, is_volume, serial_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ..driver import OnProgress
    from ..lun import NewLun
    from .database import Database
    from .layout import Layout
    from .space import Space

_COLUMNS = "id, name, snapshot_of, pool, size, provisioning, description, created, making"
_POLL = 0.05
_PROGRESS_KEPT = 0.5  # seconds between two notes of how far a copy is


@dataclass(frozen=True)
class Volume:
    """A row of the database's table ``volume``."""

    id: int
    wwid: str
    name: str
    snapshot_of: int | None
    pool: str
    size: int
    provisioning: str
    description: str | None
    created: float
    making: str | None

    @property
    def is_thick(self) -> bool:
        """Whether all of its size is its own."""
        return self.provisioning == THICK


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


class Volumes:
    """The volumes of one array."""

    def __init__(self, layout: Layout, database: Database, space: Space, timeout: float) -> None:
        self._layout = layout
        self._database = database
        self._space = space
        self._timeout = timeout

    def luns(self) -> list[Lun]:
        """All whole LUNs, by name."""
        volumes = self._select("snapshot_of IS NULL AND making IS NULL ORDER BY name")
        files = self._files(volumes, self._layout.luns)
        return [_as_lun(volume, _used(files.get(volume.wwid))) for volume in volumes]

    def snapshots(self) -> list[Snapshot]:
        """All whole snapshots, by LUN and name."""
        volumes = self._select("snapshot_of IS NOT NULL AND making IS NULL ORDER BY snapshot_of, name")
        files = self._files(volumes, self._layout.snapshots)
        return [self._as_snapshot(volume, _used(files.get(volume.wwid))) for volume in volumes]

    def statistics(self) -> list[Statistics]:
        """When each LUN was last used."""
        volumes = self._select("snapshot_of IS NULL AND making IS NULL ORDER BY name")
        files = self._files(volumes, self._layout.luns)
        return [
            Statistics(wwid, last_read=files[wwid].st_atime, last_written=files[wwid].st_mtime)
            for wwid in (volume.wwid for volume in volumes)
            if wwid in files
        ]

    def create(self, new: NewLun) -> Lun:
        """An empty LUN, preallocated when thick."""
        size = new.size or 0
        planned = _Planned("create", new.name, None, new.pool, size, new.provisioning, new.description)
        return self._lun(self._make(planned, None, lambda _done, _total: None))

    def replicate(self, making: str, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        """A LUN with the source's content: ``making`` is ``clone`` (shared blocks where possible) or ``copy``."""
        origin = self._of(source)
        planned = _Planned(making, new.name, None, new.pool, origin.size, new.provisioning, new.description)
        return self._lun(self._make(planned, origin, on_progress))

    def snapshot(self, lun: Lun, name: str) -> Snapshot:
        """A snapshot of the LUN, by shared blocks where possible."""
        source = self._of(lun)
        planned = _Planned("snapshot", name, source.id, source.pool, source.size, THIN, None)
        made = self._make(planned, source, lambda _done, _total: None)
        return self._as_snapshot(made, self._file_used(made))

    def grow(self, lun: Lun, size: int) -> Lun:
        """The LUN with ``size`` bytes, more than before. The row comes last: until then recovery cuts the file again."""
        with self._database.change() as connection:
            volume = self._of(lun)
            if size <= volume.size:  # somebody else was quicker
                return self._lun(volume)
            self._space.require(connection, volume.pool, size, size - volume.size if volume.is_thick else 0)
            self._database.on_failure(lambda: self._fit_file(volume, volume.size))
            self._fit_file(volume, size)
            self._set_size(connection, volume, size)
        return self._lun(self._of(lun))

    def shrink(self, lun: Lun, size: int) -> Lun:
        """The LUN with ``size`` bytes, less than before. The row comes first: after that recovery cuts the file."""
        with self._database.change() as connection:
            volume = self._of(lun)
            if size >= volume.size:  # somebody else was quicker
                return self._lun(volume)
            if self._is_locked(volume):
                raise Busy(f"LUN {volume.name}: it is being copied; shrink it later")
            self._set_size(connection, volume, size)
        with self._database.change():  # nobody else resizes it meanwhile
            volume = self._of(lun)
            self._fit_file(volume, volume.size)
        return self._lun(volume)

    def set_description(self, lun: Lun, description: str) -> Lun:
        """The LUN with another description."""
        with self._database.change() as connection:
            volume = self._of(lun)
            connection.execute("UPDATE volume SET description = ? WHERE id = ?", (description or None, volume.id))
        return self._lun(self._of(lun))

    def delete(self, volume: Lun | Snapshot) -> bool:
        """Remove a LUN or snapshot; ``False`` when this one, by WWID, is gone already."""
        with self._database.change() as connection:
            found = self._find(_wwid(volume))
            if found is None:
                return False
            self._refuse_if_needed(connection, found)
            if self._is_locked(found):
                raise Busy(f"{volume.name}: it is being copied; remove it later")
            connection.execute("DELETE FROM volume WHERE id = ?", (found.id,))
        self.file_of(found).unlink(missing_ok=True)
        return True

    def file_of(self, volume: Volume) -> Path:
        """Where the volume's data lies."""
        return self._layout.volume_file(volume.pool, volume.wwid, is_snapshot=volume.snapshot_of is not None)

    def all(self) -> list[Volume]:
        """Every volume, also those being made."""
        return self._select("TRUE")

    def whole(self, wwid: str) -> Volume:
        """The whole volume with this WWID. Raises NotFound."""
        volume = self._find(wwid)
        if volume is None:
            raise NotFound(f"LUN {wwid}: it is not in array {self._layout.root} any more")
        return volume

    def discard_if_abandoned(self, connection: sqlite3.Connection, volume: Volume) -> bool:
        """Undo a volume whose maker died. ``False`` when the maker is alive. To be called inside a change."""
        file = self.file_of(volume)
        if file.exists() and self._is_locked(volume):
            return False
        file.unlink(missing_ok=True)
        connection.execute("DELETE FROM volume WHERE id = ?", (volume.id,))
        return True

    # Making

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
        return self.whole(volume.wwid)

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
        (volume,) = self._select("id = ?", (cursor.lastrowid,))
        path = self.file_of(volume)
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
        self.file_of(volume).unlink(missing_ok=True)  # first: it gives back the space that the change may need
        with self._database.change() as connection:
            connection.execute("DELETE FROM volume WHERE id = ?", (volume.id,))

    def _open_source(self, source: Volume) -> int:
        deadline = monotonic() + self._timeout
        while True:
            try:
                file = volume_files.open_locked(self.file_of(source), exclusive=False)
            except FileNotFoundError:
                raise NotFound(f"{source.name}: it is not in array {self._layout.root} any more") from None
            if file is not None:
                return file
            if monotonic() > deadline:
                raise Busy(f"{source.name}: another call is changing it; waited {self._timeout:g} s")
            sleep(_POLL)

    # Reading and small steps

    def _select(self, condition: str, values: tuple[object, ...] = ()) -> list[Volume]:
        (prefix,) = self._database.connection.execute("SELECT wwid_prefix FROM array").fetchone()
        rows = self._database.connection.execute(
            f"SELECT {_COLUMNS} FROM volume WHERE {condition}",  # noqa: S608  # conditions are this file's own
            values,
        )
        return [Volume(row[0], locally_assigned(prefix, row[0]), *row[1:]) for row in rows]

    def _find(self, wwid: str) -> Volume | None:
        if not is_volume(wwid):
            return None
        found = self._select("id = ? AND making IS NULL", (serial_of(wwid),))
        return next((volume for volume in found if volume.wwid == wwid), None)

    def _namesake(self, planned: _Planned) -> Volume | None:
        found = self._select("name = ? AND snapshot_of IS ?", (planned.name, planned.snapshot_of))
        return next(iter(found), None)

    def _of(self, volume: Lun | Snapshot) -> Volume:
        return self.whole(_wwid(volume))

    def _lun(self, volume: Volume) -> Lun:
        return _as_lun(volume, self._file_used(volume))

    def _file_used(self, volume: Volume) -> int | None:
        return _used(volume_files.status(self.file_of(volume)))

    def _as_snapshot(self, volume: Volume, used: int | None) -> Snapshot:
        lun_wwid = beside(volume.wwid, volume.snapshot_of or 0)
        return Snapshot(volume.wwid, volume.name, lun_wwid, volume.pool, volume.size, used, volume.created)

    def _files(self, volumes: list[Volume], folder_of: Callable[[str], Path]) -> dict[str, os.stat_result]:
        found: dict[str, os.stat_result] = {}
        for pool in {volume.pool for volume in volumes}:
            found.update(files_by_wwid(folder_of(pool)))
        return found

    def _is_locked(self, volume: Volume) -> bool:
        try:
            file = volume_files.open_locked(self.file_of(volume), exclusive=True)
        except FileNotFoundError:
            return False
        if file is None:
            return True
        os.close(file)
        return False

    def _fit_file(self, volume: Volume, size: int) -> None:
        file = os.open(self.file_of(volume), os.O_RDWR | os.O_CLOEXEC)
        try:
            volume_files.set_size(file, volume.size, size, preallocate=volume.is_thick)
            os.fsync(file)
        finally:
            os.close(file)

    def _set_size(self, connection: sqlite3.Connection, volume: Volume, size: int) -> None:
        reserved = size if volume.is_thick else 0
        connection.execute("UPDATE volume SET size = ?, reserved = ? WHERE id = ?", (size, reserved, volume.id))

    def _refuse_if_needed(self, connection: sqlite3.Connection, volume: Volume) -> None:
        hosts = [
            name for (name,) in connection.execute("SELECT host FROM mapping WHERE lun = ? ORDER BY host", (volume.id,))
        ]
        if hosts:
            raise StillMapped(f"LUN {volume.name}: it is mapped to {', '.join(hosts)}; unmap it first")
        snapshots = [one.name for one in self._select("snapshot_of = ? ORDER BY name", (volume.id,))]
        if snapshots:
            raise HasDependants(f"LUN {volume.name}: it has snapshots ({', '.join(snapshots)}); remove them first")


def _wwid(volume: Lun | Snapshot) -> str:
    return volume.id if isinstance(volume, Snapshot) else volume.wwid


def _used(file: os.stat_result | None) -> int | None:
    return None if file is None else allocated(file)  # None: removed just now, or lost


def _as_lun(volume: Volume, used: int | None) -> Lun:
    return Lun(
        volume.wwid,
        volume.wwid,
        volume.name,
        volume.pool,
        volume.size,
        volume.provisioning,
        used,
        volume.description,
    )
