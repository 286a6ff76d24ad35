# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an embedded array holds, looked at from outside: its answers, its rows and its files beside each other."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.recovery import Recovery

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class ArrayState:
    """An array without what differs from one run to the next, such as WWIDs."""

    luns: dict[str, tuple[Any, ...]]
    """Pool, size, provisioning, description and the data's checksum of each."""
    hosts: dict[str, tuple[str, ...]]
    mappings: dict[tuple[str, str], int]
    """The LUN number by host and LUN."""
    pools: dict[str, tuple[int | None, ...]]
    """Total, used, free and subscribed bytes."""


def driver_of(array: Path) -> closing[DirectoryDriver]:
    return closing(DirectoryDriver(Connection("directory", address=str(array))))


def state_of(array: Path) -> ArrayState:
    with driver_of(array) as driver:
        luns = {lun.wwid: lun for lun in driver.luns()}
        files = lun_files(array)
        return ArrayState(
            luns={
                lun.name: (lun.pool, lun.size, lun.provisioning, lun.description, checksum(files[wwid]))
                for wwid, lun in luns.items()
            },
            hosts={host.name: host.initiators for host in driver.hosts()},
            mappings={(one.host, luns[one.lun_wwid].name): one.lun_number for one in driver.mappings()},
            pools={pool.name: (pool.total, pool.used, pool.free, pool.subscribed) for pool in driver.pools()},
        )


def lun_files(array: Path) -> dict[str, Path]:
    """The file of each WWID."""
    return {file.stem: file for file in array.glob("pools/*/luns/*")}


def checksum(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def discords(array: Path) -> list[str]:
    """Where rows, files and links of the array do not agree: what a half-done change may leave behind."""
    return [*_rows_against_files(array), *_what_recovery_would_do(array)]


def _rows_against_files(array: Path) -> Iterator[str]:
    database = sqlite3.connect(f"file:{array}/array.sqlite?mode=rw", uri=True)
    with closing(database):
        (prefix,) = database.execute("SELECT wwid_prefix FROM array").fetchone()
        volumes = database.execute("SELECT id, name, pool, size, snapshot_of, making FROM volume").fetchall()
        mappings = database.execute("SELECT host, lun FROM mapping").fetchall()
        hosts = {name for (name,) in database.execute("SELECT name FROM host")}
    expected = {}
    for number, name, pool, size, snapshot_of, making in volumes:
        kind = "luns" if snapshot_of is None else "snapshots"
        expected[array / "pools" / pool / kind / f"naa.3{prefix:07x}{number:08x}.raw"] = size
        if making:
            yield f"{name} is still being made"
    files = {file: file.stat().st_size for kind in ("luns", "snapshots") for file in array.glob(f"pools/*/{kind}/*")}
    for file in sorted(files.keys() ^ expected.keys()):
        yield f"{file.name} has no row" if file in files else f"{file.name} is missing"
    for file in files.keys() & expected.keys():
        if files[file] != expected[file]:
            yield f"{file.name} has {files[file]} bytes, its row says {expected[file]}"
    links = {(link.parent.name, link.name): link for link in array.glob("hosts/*/*")}
    wanted = {(host, f"naa.3{prefix:07x}{lun:08x}") for host, lun in mappings}
    for link in sorted(links.keys() ^ wanted):
        yield f"link {link} has no mapping" if link in links else f"link {link} is missing"
    for link in links.values():
        if not link.exists():
            yield f"{link} leads nowhere"
    for host in sorted({folder.name for folder in array.glob("hosts/*")} ^ hosts):
        yield f"host {host} is a folder without a row, or a row without a folder"


def _what_recovery_would_do(array: Path) -> Iterator[str]:
    with driver_of(array) as driver:
        parts = (driver._layout, driver._database, driver._volumes, driver._making, driver._access)
        remedies = Recovery(*parts)._plan()
        if remedies:
            yield f"recovery finds {remedies}"
