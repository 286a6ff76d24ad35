# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making and removing an embedded array: the folder itself and its pools."""

from __future__ import annotations

import secrets
import shutil
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...errors import InvalidValue
from ...names import check_name
from ...sizes import format_size, parse_size
from ..errors import HasDependants, NoSpace
from . import volume_files
from .database import UNMADE, create_tables, layout_version, open_file
from .errors import errors_told
from .layout import Layout
from .space import LARGEST, Space

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

_WAIT = 60.0  # seconds for other clients' changes


@dataclass(frozen=True)
class Folder:
    """An embedded array as it is, or as it shall be. ``pools`` gives each pool's capacity in bytes.

    One that was not made, or not removed, to the end has no name and no pools.
    """

    address: Path
    name: str
    pools: Mapping[str, int]
    allows_faults: bool = False


@dataclass(frozen=True)
class Change:
    """From the array that is there to the one that shall be; ``None`` stands for no array."""

    before: Folder | None
    after: Folder | None

    def carry_out(self) -> None:
        """Make it so. A kill at any instant leaves what a repeat finishes."""
        if self.after is not None:
            _write_folder(self.after)
        elif self.before is not None:
            _remove(self.before)


def change(options: Mapping[str, Any]) -> Change:
    """What the options of the module ``directory_array`` ask for, against what is there.

    Raises InvalidValue, and HasDependants when an array with something stored in it would be removed unforced.
    """
    asked = _wanted(options)
    found = _read(asked.address)
    if options["state"] == "present":
        return Change(found, _merged(asked, found))
    if found is not None and not options["force"]:
        _refuse_if_used(found)
    return Change(found, None)


def _wanted(options: Mapping[str, Any]) -> Folder:
    address = Path(options["address"])
    if not address.is_absolute():
        raise InvalidValue("address", options["address"], "is not an absolute path")
    name = check_name("name", address.name if options["name"] is None else options["name"])
    pools: dict[str, int] = {}
    for index, pool in enumerate(options["pools"]):
        pool_name = check_name(f"pools[{index}].name", pool["name"])
        if pool_name in pools:
            raise InvalidValue(f"pools[{index}].name", pool_name, "is in the list twice")
        pools[pool_name] = parse_size(f"pools[{index}].capacity", pool["capacity"])
        if pools[pool_name] > LARGEST:
            raise InvalidValue(f"pools[{index}].capacity", pool["capacity"], f"is more than {format_size(LARGEST)}")
    return Folder(address, name, pools, options["allow_faults"])


def told(folder: Folder | None) -> dict[str, Any]:
    """The array as the module returns it; empty when there is none."""
    if folder is None or not folder.name:
        return {}
    return {
        "address": str(folder.address),
        "name": folder.name,
        "pools": dict(sorted(folder.pools.items())),
        "allow_faults": folder.allows_faults,
    }


def _read(address: Path) -> Folder | None:
    database = Layout(address).database
    with errors_told(str(address)):
        if not database.exists():
            return Folder(address, "", {}) if _is_empty(address) else None
        connection = open_file(database, _WAIT, "rw")
        try:
            if layout_version(connection, address) == UNMADE:
                return Folder(address, "", {})
            name, allows_faults = connection.execute("SELECT name, allows_faults FROM array").fetchone()
            pools = dict(connection.execute("SELECT name, capacity FROM pool ORDER BY name").fetchall())
            return Folder(address, name, pools, bool(allows_faults))
        finally:
            connection.close()


def _merged(asked: Folder, found: Folder | None) -> Folder:
    if found is None:
        return asked
    return replace(asked, pools={**found.pools, **asked.pools})


def _write_folder(planned: Folder) -> None:
    """Raises NoSpace when a pool would become smaller than what is used of it."""
    layout = Layout(planned.address)
    with errors_told(str(planned.address)):
        for folder in (layout.root, layout.pools, layout.hosts):
            folder.mkdir(parents=True, exist_ok=True)
        for pool in planned.pools:
            for folder in (layout.luns(pool), layout.snapshots(pool), layout.exports(pool)):
                folder.mkdir(parents=True, exist_ok=True)
            volume_files.sync_folder(layout.pool(pool))
        volume_files.sync_folder(layout.pools)
        connection = open_file(layout.database, _WAIT, "rwc")
        try:
            connection.execute("BEGIN IMMEDIATE")
            if layout_version(connection, layout.root) == UNMADE:
                _create(connection)
            _write(connection, planned, Space(layout))
            connection.execute("COMMIT")
        finally:
            connection.close()
        volume_files.sync_folder(layout.root)


def _refuse_if_used(found: Folder) -> None:
    if not found.name:
        return
    with errors_told(str(found.address)):
        connection = open_file(Layout(found.address).database, _WAIT, "rw")
        try:
            for table, what in (("volume", "LUNs and snapshots"), ("export", "exports")):
                (count,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608  # named above
                if count:
                    raise HasDependants(
                        f"address: the array {found.address} still has {count} {what}; remove them first, or use force"
                    )
        finally:
            connection.close()


def _remove(found: Folder) -> None:
    """Other files in the folder stay. The documents go last, so that a repeat finds an array to remove."""
    layout = Layout(found.address)
    with errors_told(str(found.address)):
        for folder in (layout.hosts, layout.pools):
            if folder.exists():
                shutil.rmtree(folder)
        for ending in ("-journal", ""):
            Path(f"{layout.database}{ending}").unlink(missing_ok=True)
        if not any(layout.root.iterdir()):
            layout.root.rmdir()


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _create(connection: sqlite3.Connection) -> None:
    create_tables(connection)
    connection.execute(
        "INSERT INTO array (id, name, wwid_prefix, allows_faults) VALUES (?, '', ?, 0)",
        (str(uuid.uuid4()), secrets.randbits(28)),
    )


def _write(connection: sqlite3.Connection, planned: Folder, space: Space) -> None:
    connection.execute("UPDATE array SET name = ?, allows_faults = ?", (planned.name, planned.allows_faults))
    used = {pool.name: pool.used or 0 for pool in space.pools(connection)}
    for pool, capacity in planned.pools.items():
        if capacity < used.get(pool, 0):
            raise NoSpace(
                f"pools: {format_size(capacity)} are less than the {format_size(used[pool])} in use in pool {pool}"
            )
        connection.execute(
            "INSERT INTO pool (name, capacity) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET capacity = excluded.capacity",
            (pool, capacity),
        )
