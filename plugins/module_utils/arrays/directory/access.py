# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts, and which LUNs they may use: rows in the database, and links in a folder for each host."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from ..errors import NameInUse, NotFound, StillMapped
from ..host import Host
from ..mapping import Mapping
from . import volume_files

if TYPE_CHECKING:
    import sqlite3

    from ..lun import Lun
    from .database import Database
    from .layout import Layout
    from .volumes import Volume, Volumes


class Access:
    """The hosts and mappings of one array.

    Links are made and removed inside the transaction that writes the row; what a kill leaves, recovery.py puts right.
    """

    def __init__(self, layout: Layout, database: Database, volumes: Volumes, highest_lun_number: int) -> None:
        self._layout = layout
        self._database = database
        self._volumes = volumes
        self._highest = highest_lun_number

    def hosts(self) -> list[Host]:
        """All hosts, by name."""
        initiators: dict[str, list[str]] = {
            name: [] for (name,) in self._database.connection.execute("SELECT name FROM host ORDER BY name")
        }
        for name, host in self._database.connection.execute("SELECT name, host FROM initiator ORDER BY name"):
            initiators.setdefault(host, []).append(name)
        return [Host(name, tuple(names)) for name, names in initiators.items()]

    def mappings(self) -> list[Mapping]:
        """All mappings, by host and LUN number."""
        wwid_of = self._volumes.wwid_of()
        rows = self._database.connection.execute("SELECT lun, host, lun_number FROM mapping ORDER BY host, lun_number")
        return [self._mapping(wwid_of(lun), host, number) for lun, host, number in rows]

    def create_host(self, host: Host) -> Host:
        """A new host with its folder."""
        with self._database.change() as connection:
            if self._knows(connection, host.name):
                raise NameInUse(f"host {host.name}: the name is in use in array {self._layout.root}")
            connection.execute("INSERT INTO host (name) VALUES (?)", (host.name,))
            self._give_initiators(connection, host)
            folder = self._layout.host(host.name)
            folder.mkdir(exist_ok=True)
            self._database.on_failure(folder.rmdir)
            volume_files.sync_folder(self._layout.hosts)
        return host

    def add_initiators(self, more: Host) -> Host:
        """The host with ``more`` initiators."""
        with self._database.change() as connection:
            self._require_host(connection, more.name)
            self._give_initiators(connection, more)
            return self._host(connection, more.name)

    def remove_initiators(self, fewer: Host) -> Host:
        """The host without these initiators."""
        with self._database.change() as connection:
            self._require_host(connection, fewer.name)
            connection.executemany(
                "DELETE FROM initiator WHERE host = ? AND name = ?",
                [(fewer.name, initiator) for initiator in fewer.initiators],
            )
            return self._host(connection, fewer.name)

    def delete_host(self, name: str) -> bool:
        """Forget the host; ``False`` when it was not known."""
        with self._database.change() as connection:
            if not self._knows(connection, name):
                return False
            (count,) = connection.execute("SELECT count(*) FROM mapping WHERE host = ?", (name,)).fetchone()
            if count:
                raise StillMapped(f"host {name}: {count} LUNs are mapped to it; unmap them first")
            connection.execute("DELETE FROM host WHERE name = ?", (name,))
            folder = self._layout.host(name)
            self._database.on_failure(lambda: folder.mkdir(exist_ok=True))
            shutil.rmtree(folder, ignore_errors=True)
        return True

    def map(self, lun: Lun, hosts: dict[str, int | None]) -> list[Mapping]:
        """The LUN's mappings to the hosts: those there are, and new ones under these numbers or the lowest free."""
        with self._database.change() as connection:
            volume = self._volumes.whole(lun.wwid)
            mappings = [self._map(connection, volume, host, number) for host, number in hosts.items()]
            for host in hosts:  # after all links: a journal that is being written holds up the next link
                volume_files.sync_folder(self._layout.host(host))
        return mappings

    def unmap(self, lun: Lun, host: str) -> bool:
        """Take the LUN from the host; ``False`` when it was not mapped to it."""
        with self._database.change() as connection:
            volume = self._volumes.whole(lun.wwid)
            cursor = connection.execute("DELETE FROM mapping WHERE lun = ? AND host = ?", (volume.id, host))
            if cursor.rowcount:
                self._database.on_failure(lambda: self.link(host, volume.pool, volume.wwid))
                self._layout.link(host, volume.wwid).unlink(missing_ok=True)
        return cursor.rowcount > 0

    def link(self, host: str, pool: str, wwid: str) -> None:
        """Make the host's link to a LUN, or make it right. Not synced."""
        path = self._layout.link(host, wwid)
        target = self._layout.link_target(pool, wwid)
        if not (path.is_symlink() and str(path.readlink()) == target):
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True)
            path.symlink_to(target)

    def _map(self, connection: sqlite3.Connection, volume: Volume, host: str, lun_number: int | None) -> Mapping:
        self._require_host(connection, host)
        there = connection.execute(
            "SELECT lun_number FROM mapping WHERE lun = ? AND host = ?", (volume.id, host)
        ).fetchone()
        if there:
            return self._mapping(volume.wwid, host, there[0])
        number = self._free_number(connection, host, lun_number)
        connection.execute("INSERT INTO mapping (host, lun_number, lun) VALUES (?, ?, ?)", (host, number, volume.id))
        self._database.on_failure(lambda: self._layout.link(host, volume.wwid).unlink(missing_ok=True))
        self.link(host, volume.pool, volume.wwid)
        return self._mapping(volume.wwid, host, number)

    def _mapping(self, wwid: str, host: str, number: int) -> Mapping:
        return Mapping(wwid, host, number, f"{self._layout.hosts}/{host}/{wwid}")  # as Layout.link; thousands are made

    def _host(self, connection: sqlite3.Connection, name: str) -> Host:
        rows = connection.execute("SELECT name FROM initiator WHERE host = ? ORDER BY name", (name,)).fetchall()
        return Host(name, tuple(initiator for (initiator,) in rows))

    def _knows(self, connection: sqlite3.Connection, host: str) -> bool:
        return connection.execute("SELECT 1 FROM host WHERE name = ?", (host,)).fetchone() is not None

    def _require_host(self, connection: sqlite3.Connection, host: str) -> None:
        if not self._knows(connection, host):
            raise NotFound(f"host {host}: it is not known to array {self._layout.root}")

    def _give_initiators(self, connection: sqlite3.Connection, host: Host) -> None:
        for initiator in host.initiators:
            owner = connection.execute("SELECT host FROM initiator WHERE name = ?", (initiator,)).fetchone()
            if owner and owner[0] == host.name:
                continue
            if owner:
                raise NameInUse(f"host {host.name}: the initiator {initiator} belongs to host {owner[0]}")
            connection.execute("INSERT INTO initiator (name, host) VALUES (?, ?)", (initiator, host.name))

    def _free_number(self, connection: sqlite3.Connection, host: str, wanted: int | None) -> int:
        if wanted is not None:
            owner = connection.execute(
                "SELECT volume.name FROM mapping JOIN volume ON volume.id = mapping.lun"
                " WHERE host = ? AND lun_number = ?",
                (host, wanted),
            ).fetchone()
            if owner:
                raise NameInUse(f"LUN number {wanted} on host {host}: it belongs to LUN {owner[0]}")
            return wanted
        (first_gap,) = connection.execute(
            "SELECT min(number) FROM (SELECT 0 AS number UNION SELECT lun_number + 1 FROM mapping WHERE host = ?)"
            " WHERE number NOT IN (SELECT lun_number FROM mapping WHERE host = ?)",
            (host, host),
        ).fetchone()
        if first_gap > self._highest:
            raise NameInUse(f"host {host}: all LUN numbers up to {self._highest} are in use")
        return int(first_gap)
