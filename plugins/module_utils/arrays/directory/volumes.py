# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUNs and snapshots: a row in the database and a file each. How they are made is in making.py."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ..errors import Busy, HasDependants, NotFound, StillMapped
from ..lun import THICK, Lun
from ..snapshot import Snapshot
from ..statistics import Statistics
from ..wwid import locally_assigned
from . import volume_files
from .space import allocated, beside, files_by_wwid, is_volume, serial_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .database import Database
    from .layout import Layout
    from .space import Space

_COLUMNS = "id, name, snapshot_of, pool, size, provisioning, description, created, making"


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


class Volumes:
    """The volumes of one array."""

    def __init__(self, layout: Layout, database: Database, space: Space) -> None:
        self._layout = layout
        self._database = database
        self._space = space

    def luns(self) -> list[Lun]:
        """All whole LUNs, by name."""
        volumes = self.select("snapshot_of IS NULL AND making IS NULL ORDER BY name")
        files = self._files(volumes, self._layout.luns)
        return [_as_lun(volume, _used(files.get(volume.wwid))) for volume in volumes]

    def snapshots(self) -> list[Snapshot]:
        """All whole snapshots, by LUN and name."""
        volumes = self.select("snapshot_of IS NOT NULL AND making IS NULL ORDER BY snapshot_of, name")
        files = self._files(volumes, self._layout.snapshots)
        return [self.as_snapshot(volume, _used(files.get(volume.wwid))) for volume in volumes]

    def statistics(self) -> list[Statistics]:
        """When each LUN was last used."""
        volumes = self.select("snapshot_of IS NULL AND making IS NULL ORDER BY name")
        files = self._files(volumes, self._layout.luns)
        return [
            Statistics(wwid, last_read=files[wwid].st_atime, last_written=files[wwid].st_mtime)
            for wwid in (volume.wwid for volume in volumes)
            if wwid in files
        ]

    def grow(self, lun: Lun, size: int) -> Lun:
        """The LUN with ``size`` bytes, more than before. The row comes last: until then recovery cuts the file again."""
        with self._database.change() as connection:
            volume = self.of(lun)
            if size <= volume.size:  # somebody else was quicker
                return self.lun(volume)
            self._space.require(connection, volume.pool, size, size - volume.size if volume.is_thick else 0)
            self._database.on_failure(lambda: self._fit_file(volume, volume.size))
            self._fit_file(volume, size)
            self._set_size(connection, volume, size)
        return self.lun(self.of(lun))

    def shrink(self, lun: Lun, size: int) -> Lun:
        """The LUN with ``size`` bytes, less than before. The row comes first: after that recovery cuts the file."""
        with self._database.change() as connection:
            volume = self.of(lun)
            if size >= volume.size:  # somebody else was quicker
                return self.lun(volume)
            if self.is_locked(volume):
                raise Busy(f"LUN {volume.name}: it is being copied; shrink it later")
            self._set_size(connection, volume, size)
        with self._database.change():  # nobody else resizes it meanwhile
            volume = self.of(lun)
            self._fit_file(volume, volume.size)
        return self.lun(volume)

    def set_description(self, lun: Lun, description: str) -> Lun:
        """The LUN with another description."""
        with self._database.change() as connection:
            volume = self.of(lun)
            connection.execute("UPDATE volume SET description = ? WHERE id = ?", (description or None, volume.id))
        return self.lun(self.of(lun))

    def delete(self, volume: Lun | Snapshot) -> bool:
        """Remove a LUN or snapshot; ``False`` when this one, by WWID, is gone already."""
        with self._database.change() as connection:
            found = self._find(_wwid(volume))
            if found is None:
                return False
            self._refuse_if_needed(connection, found)
            if self.is_locked(found):
                raise Busy(f"{volume.name}: it is being copied; remove it later")
            connection.execute("DELETE FROM volume WHERE id = ?", (found.id,))
        self.file_of(found).unlink(missing_ok=True)
        return True

    def file_of(self, volume: Volume) -> Path:
        """Where the volume's data lies."""
        return self._layout.volume_file(volume.pool, volume.wwid, is_snapshot=volume.snapshot_of is not None)

    def all(self) -> list[Volume]:
        """Every volume, also those being made."""
        return self.select("TRUE")

    def wwid_of(self) -> Callable[[int], str]:
        """What makes a volume's WWID of its id."""
        (prefix,) = self._database.connection.execute("SELECT wwid_prefix FROM array").fetchone()
        return partial(locally_assigned, prefix)

    def whole(self, wwid: str) -> Volume:
        """The whole volume with this WWID. Raises NotFound."""
        volume = self._find(wwid)
        if volume is None:
            raise NotFound(f"LUN {wwid}: it is not in array {self._layout.root} any more")
        return volume

    def select(self, condition: str, values: tuple[object, ...] = ()) -> list[Volume]:
        """The volumes that meet an SQL condition, written in this package, with these values for its question marks."""
        wwid_of = self.wwid_of()
        rows = self._database.connection.execute(
            f"SELECT {_COLUMNS} FROM volume WHERE {condition}",  # noqa: S608  # see above
            values,
        )
        return [Volume(row[0], wwid_of(row[0]), *row[1:]) for row in rows]

    def _find(self, wwid: str) -> Volume | None:
        if not is_volume(wwid):
            return None
        found = self.select("id = ? AND making IS NULL", (serial_of(wwid),))
        return next((volume for volume in found if volume.wwid == wwid), None)

    def of(self, volume: Lun | Snapshot) -> Volume:
        """The volume behind a LUN or snapshot, by its WWID. Raises NotFound."""
        return self.whole(_wwid(volume))

    def lun(self, volume: Volume) -> Lun:
        """The volume as a LUN, with what its file takes now."""
        return _as_lun(volume, self.file_used(volume))

    def file_used(self, volume: Volume) -> int | None:
        """Allocated bytes of the volume's file; ``None`` when there is none (any more)."""
        return _used(volume_files.status(self.file_of(volume)))

    def as_snapshot(self, volume: Volume, used: int | None) -> Snapshot:
        """The volume as a snapshot that takes ``used`` bytes."""
        lun_wwid = beside(volume.wwid, volume.snapshot_of or 0)
        return Snapshot(volume.wwid, volume.name, lun_wwid, volume.pool, volume.size, used, volume.created)

    def _files(self, volumes: list[Volume], folder_of: Callable[[str], Path]) -> dict[str, os.stat_result]:
        found: dict[str, os.stat_result] = {}
        for pool in {volume.pool for volume in volumes}:
            found.update(files_by_wwid(folder_of(pool)))
        return found

    def is_locked(self, volume: Volume) -> bool:
        """Whether somebody makes or copies the volume just now."""
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
            os.ftruncate(file, min(volume.size, size))  # the tail that a shrink left when it was cut off is not data
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
        snapshots = [one.name for one in self.select("snapshot_of = ? ORDER BY name", (volume.id,))]
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
