# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Putting right what clients that died left behind: the database is the truth, the files follow."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .layout import FILE_ENDING
from .space import files_by_wwid

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .access import Access
    from .database import Database
    from .layout import Layout
    from .making import Making
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
    missing_folders: tuple[Path, ...]
    """Of hosts and exports."""
    surplus_folders: tuple[Path, ...]
    """Folders without a host or an export: removed when empty, else they are somebody's."""

    def __bool__(self) -> bool:
        return any(vars(self).values())


def plan(
    volumes: Iterable[tuple[Volume, Path]],
    files: dict[Path, int],
    mappings: Iterable[tuple[str, Volume, Path]],
    links: Iterable[Path],
    folders_wanted: Iterable[Path] = (),
    folders_found: Iterable[Path] = (),
) -> Remedies:
    """What the database and the folders do not agree on.

    The database says ``volumes`` with their files, ``mappings`` with their links, and ``folders_wanted``. ``files`` gives
    the bytes of each volume file found, ``links`` are the links in all hosts' folders.
    """
    volumes = list(volumes)
    mappings = list(mappings)
    whole = {file: volume.size for volume, file in volumes if not volume.making}
    known_files = {file for _volume, file in volumes}
    known_links = {link for _host, _volume, link in mappings}
    there = set(links)
    wanted, found = set(folders_wanted), set(folders_found)
    return Remedies(
        abandoned=tuple(volume for volume, _file in volumes if volume.making),
        orphans=tuple(sorted((files.keys() - known_files) | (there - known_links))),
        resized=tuple((file, whole[file]) for file, size in files.items() if whole.get(file, size) != size),
        missing_links=tuple((host, volume.pool, volume.wwid) for host, volume, link in mappings if link not in there),
        missing_folders=tuple(sorted(wanted - found)),
        surplus_folders=tuple(sorted(found - wanted)),
    )


class Recovery:
    """Plans and carries out the remedies for one array."""

    def __init__(self, layout: Layout, database: Database, volumes: Volumes, making: Making, access: Access) -> None:
        self._layout = layout
        self._database = database
        self._volumes = volumes
        self._making = making
        self._access = access

    def run(self) -> None:
        """Look without holding anybody up; only where something is amiss, look again alone and put it right."""
        if not self._plan():
            return
        with self._database.change() as connection:
            remedies = self._plan()
            for volume in remedies.abandoned:
                self._making.discard_if_abandoned(connection, volume)
            for path in remedies.orphans:
                path.unlink(missing_ok=True)
            for path, size in remedies.resized:
                os.truncate(path, size)
            for host, pool, wwid in remedies.missing_links:
                self._access.link(host, pool, wwid)
            for folder in remedies.missing_folders:
                folder.mkdir(exist_ok=True)
            for folder in remedies.surplus_folders:
                _remove_if_empty(folder)

    def _plan(self) -> Remedies:
        connection = self._database.connection
        volumes = [(volume, self._volumes.file_of(volume)) for volume in self._volumes.all()]
        by_id = {volume.id: volume for volume, _file in volumes}
        rows = connection.execute("SELECT host, lun FROM mapping").fetchall()
        pools = [name for (name,) in connection.execute("SELECT name FROM pool")]
        hosts = connection.execute("SELECT name FROM host").fetchall()
        exports = connection.execute("SELECT pool, name FROM export").fetchall()
        return plan(
            volumes,
            files=self._volume_files(pools),
            mappings=[
                (host, by_id[lun], self._layout.link(host, by_id[lun].wwid)) for host, lun in rows if lun in by_id
            ],
            links=[link for link in self._layout.hosts.glob("*/*") if link.is_symlink()],
            folders_wanted=[
                *(self._layout.host(host) for (host,) in hosts),
                *(self._layout.export_folder(pool, name) for pool, name in exports),
            ],
            folders_found=[
                folder
                for parent in (self._layout.hosts, *(self._layout.exports(pool) for pool in pools))
                for folder in parent.iterdir()
                if folder.is_dir()
            ],
        )

    def _volume_files(self, pools: list[str]) -> dict[Path, int]:
        return {
            folder / (wwid + FILE_ENDING): file.st_size
            for pool in pools
            for folder in (self._layout.luns(pool), self._layout.snapshots(pool))
            for wwid, file in files_by_wwid(folder).items()
        }


def _remove_if_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
