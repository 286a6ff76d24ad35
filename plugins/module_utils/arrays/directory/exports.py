# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Exports: folders in a pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import HasDependants, NameInUse
from ..export import Export
from . import volume_files
from .space import allocated_below

if TYPE_CHECKING:
    from .database import Database
    from .layout import Layout
    from .space import Space


class Exports:
    """The exports of one array. A quota is reserved in the pool; writers are not held to it."""

    def __init__(self, layout: Layout, database: Database, space: Space) -> None:
        self._layout = layout
        self._database = database
        self._space = space

    def all(self) -> list[Export]:
        """All exports, by name."""
        rows = self._database.connection.execute("SELECT id, name, pool, size FROM export ORDER BY name")
        return [self._export(*row) for row in rows]

    def create(self, name: str, pool: str, size: int | None) -> Export:
        """A new, empty export."""
        with self._database.change() as connection:
            if connection.execute("SELECT 1 FROM export WHERE name = ?", (name,)).fetchone():
                raise NameInUse(f"export {name}: the name is in use in array {self._layout.root}")
            self._space.require(connection, pool, size or 0, size or 0)
            cursor = connection.execute("INSERT INTO export (name, pool, size) VALUES (?, ?, ?)", (name, pool, size))
            folder = self._layout.export_folder(pool, name)
            folder.mkdir(exist_ok=True)
            self._database.on_failure(folder.rmdir)
            volume_files.sync_folder(folder.parent)
        return self._export(cursor.lastrowid or 0, name, pool, size)

    def delete(self, export: Export) -> bool:
        """Remove an empty export; ``False`` when it was gone already."""
        with self._database.change() as connection:
            folder = self._layout.export_folder(export.pool, export.name)
            cursor = connection.execute("DELETE FROM export WHERE id = ? AND name = ?", (export.id, export.name))
            if cursor.rowcount and folder.exists():
                self._database.on_failure(lambda: folder.mkdir(exist_ok=True))
                try:
                    folder.rmdir()
                except OSError as error:
                    raise HasDependants(f"export {export.name}: it is not empty ({folder})") from error
        return cursor.rowcount > 0

    def _export(self, serial: int, name: str, pool: str, size: int | None) -> Export:
        folder = self._layout.export_folder(pool, name)
        return Export(str(serial), name, pool, str(folder), size, allocated_below(folder))
