# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How full a pool is."""

from __future__ import annotations

import os
import re
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ...sizes import format_size
from ..errors import NoSpace, NotFound
from ..pool import Pool
from .layout import FILE_ENDING
from .volume_files import status

if TYPE_CHECKING:
    import sqlite3

    from .layout import Layout

LARGEST = 2**62  # bytes; SQLite and files count with 64 bits and a sign
_WWID = re.compile(r"naa\.3[0-9a-f]{15}")
_MEASURE_KEPT = 1.0  # seconds; hosts write to thin LUNs at any moment, so a measure is late however new it is


class Space:
    """The space of each pool: what is reserved by the documents, and what thin files have allocated."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._measured: dict[str, tuple[float, int]] = {}

    def pools(self, connection: sqlite3.Connection) -> list[Pool]:
        """All pools. Blocks shared by clones count for each, as each may need them when hosts write."""
        rows = connection.execute(
            "SELECT name, capacity,"
            " (SELECT coalesce(sum(size), 0) FROM volume WHERE pool = pool.name AND snapshot_of IS NULL)"
            " + (SELECT coalesce(sum(size), 0) FROM export WHERE pool = pool.name)"
            " FROM pool ORDER BY name"
        ).fetchall()
        pools = []
        for name, capacity, subscribed in rows:
            used = min(capacity, self._used(connection, name))
            pools.append(Pool(name, capacity, used, capacity - used, subscribed, raid_type=None))
        return pools

    def forget(self, pool: str) -> None:
        """Measure the pool anew: what was reserved for a copy is now allocated by its file."""
        self._measured.pop(pool, None)

    def require(self, connection: sqlite3.Connection, pool: str, size: int, needed: int) -> None:
        """Refuse a volume of ``size`` bytes that takes ``needed`` of them now, unless it fits into ``pool``.

        Raises NotFound for an unknown pool, NoSpace. A ``needed`` of 0 asks only that the pool is not full.
        """
        row = connection.execute("SELECT capacity FROM pool WHERE name = ?", (pool,)).fetchone()
        if row is None:
            raise NotFound(f"pool {pool}: there is no such pool in array {self._layout.root}")
        (capacity,) = row
        if size > capacity:
            raise NoSpace(f"pool {pool}: {format_size(size)} are more than the whole pool, {format_size(capacity)}")
        free = capacity - self._used(connection, pool)
        if needed > free or free <= 0:
            raise NoSpace(
                f"pool {pool}: {format_size(needed)} are needed now,"
                f" {format_size(max(0, free))} of {format_size(capacity)} are free"
            )

    def _used(self, connection: sqlite3.Connection, pool: str) -> int:
        (reserved,) = connection.execute(
            "SELECT (SELECT coalesce(sum(reserved), 0) FROM volume WHERE pool = ? AND reserved > 0)"
            " + (SELECT coalesce(sum(size), 0) FROM export WHERE pool = ?)",
            (pool, pool),
        ).fetchone()
        measured_at, thin = self._measured.get(pool, (-_MEASURE_KEPT, 0))
        if monotonic() - measured_at >= _MEASURE_KEPT:
            thin = self._thin_allocated(connection, pool)
            self._measured[pool] = (monotonic(), thin)
        return int(reserved) + thin

    def _thin_allocated(self, connection: sqlite3.Connection, pool: str) -> int:
        thin = {row[0] for row in connection.execute("SELECT id FROM volume WHERE pool = ? AND reserved = 0", (pool,))}
        in_files = sum(
            allocated(file)
            for folder in (self._layout.luns(pool), self._layout.snapshots(pool))
            for wwid, file in files_by_wwid(folder).items()
            if serial_of(wwid) in thin
        )
        unlimited = connection.execute("SELECT name FROM export WHERE pool = ? AND size IS NULL", (pool,))
        return in_files + sum(allocated_below(self._layout.export_folder(pool, name)) for (name,) in unlimited)


def is_volume(wwid: str) -> bool:
    """Whether this can be the WWID of a volume of an embedded array."""
    return _WWID.fullmatch(wwid) is not None


def serial_of(wwid: str) -> int:
    """The volume's id, which is the last 32 bits of its WWID."""
    return int(wwid[-8:], 16)


def beside(wwid: str, serial: int) -> str:
    """The WWID of the volume with the id ``serial`` in the same array."""
    return f"{wwid[:-8]}{serial:08x}"


def files_by_wwid(folder: Path) -> dict[str, os.stat_result]:
    """The status of each volume file in ``folder``; other files are nobody's business."""
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            wwid, ending = entry.name[: -len(FILE_ENDING)], entry.name[-len(FILE_ENDING) :]
            if is_volume(wwid) and ending == FILE_ENDING:
                try:
                    found[wwid] = entry.stat()
                except FileNotFoundError:  # removed since it was listed
                    continue
    return found


def allocated(file: os.stat_result) -> int:
    """Bytes of storage that a file takes."""
    return file.st_blocks * 512


def allocated_below(folder: Path) -> int:
    """Allocated bytes of all files below ``folder``."""
    files = (status(Path(parent) / name) for parent, _folders, names in os.walk(folder) for name in names)
    return sum(allocated(file) for file in files if file)
