# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The embedded array: a folder is the array, files are LUNs. It needs no daemon and no root."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from ...errors import InvalidValue
from ..activity import Activity
from ..array import Array
from ..capabilities import Capabilities
from ..connection import Accepted, Connection
from ..driver import Driver
from ..errors import Denied
from ..portal import Portal
from . import volume_files
from .access import Access
from .database import LAYOUT_VERSION, Database
from .errors import errors_told
from .exports import Exports
from .faults import parse_faults, suffered
from .layout import Layout
from .making import Making
from .recovery import Recovery
from .space import LARGEST, Space
from .volumes import Volumes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..driver import OnProgress
    from ..export import Export
    from ..host import Host
    from ..lun import Lun, NewLun
    from ..mapping import Mapping
    from ..pool import Pool
    from ..snapshot import Snapshot
    from ..statistics import Statistics
    from .faults import Fault

_SECTOR = 4096
_HIGHEST_LUN_NUMBER = 16383  # flat space addressing, SAM-5 4.7.7.3


class DirectoryDriver(Driver):
    """``array.address`` is the folder. See docs/directory.md for what lies in it."""

    accepts: ClassVar[Accepted] = Accepted(required=frozenset({"address"}), options={"faults": parse_faults})

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        root = Path(os.path.expanduser(str(connection.address)))  # noqa: PTH111  # Path's own raises for unknown users
        if not root.is_absolute():
            raise InvalidValue("array.address", connection.address, "is not an absolute path")
        self._layout = Layout(root)
        self._database = Database(self._layout.database, connection.timeout)
        self._space = Space(self._layout)
        self._volumes = Volumes(self._layout, self._database, self._space)
        self._making = Making(self._layout, self._database, self._space, self._volumes, connection.timeout)
        self._access = Access(self._layout, self._database, self._volumes, _HIGHEST_LUN_NUMBER)
        self._export_folders = Exports(self._layout, self._database, self._space)
        self._faults = cast("tuple[Fault, ...]", self.options.get("faults", ()))

    def close(self) -> None:
        self._database.close()

    def _describe(self) -> Array:
        identity, name = self._database.connection.execute("SELECT id, name FROM array").fetchone()
        return Array(identity, name, "both", "Lunar", "embedded directory", f"layout {LAYOUT_VERSION}")

    def _capabilities(self) -> Capabilities:
        return Capabilities(
            transports=("path",),
            thin=True,
            thick=True,
            grow=True,
            shrink=True,
            clone=True,
            copy=True,
            snapshot=True,
            export=True,
            file_clone=self._every_pool_clones(),
            statistics=True,
            description=True,
            parallel_calls=4,
            granularity=_SECTOR,
            smallest_lun=1,
            largest_lun=LARGEST,
            highest_lun_number=_HIGHEST_LUN_NUMBER,
        )

    def _pools(self) -> list[Pool]:
        return self._space.pools(self._database.connection)

    def _luns(self) -> list[Lun]:
        return self._volumes.luns()

    def _snapshots(self) -> list[Snapshot]:
        return self._volumes.snapshots()

    def _exports(self) -> list[Export]:
        return self._export_folders.all()

    def _hosts(self) -> list[Host]:
        return self._access.hosts()

    def _mappings(self) -> list[Mapping]:
        return self._access.mappings()

    def _portals(self) -> list[Portal]:
        self._database.require()
        return [Portal("path", str(self._layout.hosts), target=None)]

    def _statistics(self) -> list[Statistics]:
        return self._volumes.statistics()

    def _activities(self) -> list[Activity]:
        rows = self._database.connection.execute(
            "SELECT making, name, done, total FROM volume WHERE making IS NOT NULL ORDER BY id"
        )
        return [Activity(*row) for row in rows]

    def _recover(self) -> None:
        Recovery(self._layout, self._database, self._volumes, self._making, self._access).run()

    def _create_lun(self, new: NewLun) -> Lun:
        return self._making.create(new)

    def _clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        return self._making.replicate("clone", source, new, on_progress)

    def _copy_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        return self._making.replicate("copy", source, new, on_progress)

    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        return self._volumes.grow(lun, size)

    def _shrink_lun(self, lun: Lun, size: int) -> Lun:
        return self._volumes.shrink(lun, size)

    def _describe_lun(self, lun: Lun, description: str) -> Lun:
        return self._volumes.set_description(lun, description)

    def _delete_lun(self, lun: Lun) -> bool:
        return self._volumes.delete(lun)

    def _create_snapshot(self, lun: Lun, name: str) -> Snapshot:
        return self._making.snapshot(lun, name)

    def _delete_snapshot(self, snapshot: Snapshot) -> bool:
        return self._volumes.delete(snapshot)

    def _create_export(self, name: str, pool: str, size: int | None) -> Export:
        return self._export_folders.create(name, pool, size)

    def _delete_export(self, export: Export) -> bool:
        return self._export_folders.delete(export)

    def _create_host(self, host: Host) -> Host:
        return self._access.create_host(host)

    def _add_initiators(self, more: Host) -> Host:
        return self._access.add_initiators(more)

    def _remove_initiators(self, fewer: Host) -> Host:
        return self._access.remove_initiators(fewer)

    def _delete_host(self, name: str) -> bool:
        return self._access.delete_host(name)

    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        return self._map_lun_to(lun, {host: lun_number})[0]

    def _map_lun_to(self, lun: Lun, hosts: dict[str, int | None]) -> list[Mapping]:
        return self._access.map(lun, hosts)

    def _unmap_lun(self, lun: Lun, host: str) -> bool:
        return self._access.unmap(lun, host)

    @contextmanager
    def _operation(self, name: str) -> Iterator[None]:
        with ExitStack() as stack:
            stack.enter_context(errors_told(str(self._layout.root)))
            if self._faults:
                self._refuse_faults_unless_allowed()
                stack.enter_context(suffered(self._faults, name, str(self._layout.root), self.connection.timeout))
            yield

    def _refuse_faults_unless_allowed(self) -> None:
        (allowed,) = self._database.connection.execute("SELECT allows_faults FROM array").fetchone()
        if not allowed:
            raise Denied(
                f"array {self._layout.root}: array.options.faults is refused; the array was made without allow_faults"
            )

    def _every_pool_clones(self) -> bool:
        pools = [name for (name,) in self._database.connection.execute("SELECT name FROM pool")]
        return bool(pools) and all(volume_files.can_clone(self._layout.luns(pool)) for pool in pools)
