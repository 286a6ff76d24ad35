# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting right what clients that died left behind: the database is the truth, the files follow."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .layout import FILE_ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .access import Access
    from .database import Database
    from .exports import Exports
    from .layout import Layout
    from .volumes import Volume, Volumes


@dataclass(frozen=True)
class Remedies:
    """What must be done to make files agree with the database."""

    abandoned: tuple[Volume, ...]
    """Being made by a client that may be dead."""
    orphans: tuple[Path, ...]
    """Files and links without a row."""
    resized: tuple[tuple[Path, int], ...]
    """Files whose size is not that of the row, with the row's bytes."""
    missing_links: tuple[tuple[str, str, str], ...]
    """Host, pool and WWID of mappings without a link."""

    def __bool__(self) -> bool:
        return bool(self.abandoned or self.orphans or self.resized or self.missing_links)


def plan(
    volumes: Iterable[tuple[Volume, Path]],
    files: dict[Path, int],
    mappings: Iterable[tuple[str, Volume, Path]],
    links: Iterable[Path],
) -> Remedies:
    """What the database (``volumes`` with their files, ``mappings`` with their links) and the folders do not agree on.

    ``files`` gives each volume file's bytes, ``links`` are the links in all hosts' folders.
    """
    volumes = list(volumes)
    mappings = list(mappings)
    whole = {file: volume for volume, file in volumes if not volume.making}
    known_files = {file for _volume, file in volumes}
    known_links = {link for _host, _volume, link in mappings}
    there = set(links)
    return Remedies(
        abandoned=tuple(volume for volume, _file in volumes if volume.making),
        orphans=tuple(sorted((files.keys() - known_files) | (there - known_links))),
        resized=tuple(
            (file, whole[file].size) for file, size in files.items() if file in whole and whole[file].size != size
        ),
        missing_links=tuple((host, volume.pool, volume.wwid) for host, volume, link in mappings if link not in there),
    )


class Recovery:
    """Plans and carries out the remedies for one array."""

    def __init__(self, layout: Layout, database: Database, volumes: Volumes, access: Access, exports: Exports) -> None:
        self._layout = layout
        self._database = database
        self._volumes = volumes
        self._access = access
        self._exports = exports

    def run(self) -> None:
        """Look without holding anybody up; only where something is amiss, look again alone and put it right."""
        if not self._plan():
            return
        with self._database.change() as connection:
            remedies = self._plan()
            for volume in remedies.abandoned:
                self._volumes.discard_if_abandoned(connection, volume)
            for path in remedies.orphans:
                path.unlink(missing_ok=True)
            for path, size in remedies.resized:
                os.truncate(path, size)
            for host, pool, wwid in remedies.missing_links:
                self._access.link(host, pool, wwid)
            self._exports.restore_folders()

    def _plan(self) -> Remedies:
        volumes = [(volume, self._volumes.file_of(volume)) for volume in self._volumes.all()]
        by_id = {volume.id: volume for volume, _file in volumes}
        rows = self._database.connection.execute("SELECT host, lun FROM mapping").fetchall()
        mappings = [(host, by_id[lun], self._layout.link(host, by_id[lun].wwid)) for host, lun in rows if lun in by_id]
        return plan(volumes, self._volume_files(), mappings, self._links())

    def _volume_files(self) -> dict[Path, int]:
        pools = [name for (name,) in self._database.connection.execute("SELECT name FROM pool")]
        return {
            path: path.stat().st_size
            for pool in pools
            for folder in (self._layout.luns(pool), self._layout.snapshots(pool))
            for path in folder.glob("*" + FILE_ENDING)
        }

    def _links(self) -> list[Path]:
        return [link for link in self._layout.hosts.glob("*/*") if link.is_symlink()]
