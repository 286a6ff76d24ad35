# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fake array: nothing but dictionaries, for tests of what stands above the drivers. No data, no space, no locks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from ansible_collections.lunar.storage.plugins.module_utils.arrays.array import Array
from ansible_collections.lunar.storage.plugins.module_utils.arrays.capabilities import Capabilities
from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Accepted, Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NameInUse, NotFound, StillMapped
from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun, NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool
from ansible_collections.lunar.storage.plugins.module_utils.arrays.portal import Portal
from ansible_collections.lunar.storage.plugins.module_utils.arrays.wwid import locally_assigned

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import OnProgress
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot

CAPABILITIES = Capabilities(
    transports=("iscsi",),
    thin=True,
    thick=True,
    grow=True,
    shrink=True,
    clone=True,
    copy=True,
    snapshot=True,
    description=True,
    granularity=4096,
    largest_lun=2**40,
)
GIB = 1024**3


@dataclass
class FakeArray:
    """What a fake array holds, and what it is to do when it is asked."""

    capabilities: Capabilities = CAPABILITIES
    pools: list[Pool] = field(
        default_factory=lambda: [Pool(name, 100 * GIB, 0, 100 * GIB, 0, None) for name in ("gold", "silver")]
    )
    luns: dict[str, Lun] = field(default_factory=dict)
    """By WWID."""
    snapshots: list[Snapshot] = field(default_factory=list)
    hosts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    mappings: dict[tuple[str, str], int] = field(default_factory=dict)
    """The LUN number by host and WWID."""
    portals: list[Portal] = field(default_factory=list)
    failing: dict[str, Exception] = field(default_factory=dict)
    """What calls raise before they do anything: by their names, or by name and the LUN's or host's name."""
    failing_late: dict[str, Exception] = field(default_factory=dict)
    """What they raise when their work is done."""
    calls: Counter[str] = field(default_factory=Counter)
    serial: int = 0


class FakeDriver(Driver):
    """The driver of a :class:`FakeArray`."""

    accepts: ClassVar[Accepted] = Accepted(required=frozenset(), optional=frozenset({"address", "port"}))

    def __init__(self, array: FakeArray, connection: Connection | None = None) -> None:
        super().__init__(connection or Connection("fake", "memory"))
        self.array = array

    def _describe(self) -> Array:
        self._asked("describe")
        return Array("id", "fake", "san", None, None, None)

    def _capabilities(self) -> Capabilities:
        self._asked("capabilities")
        return self.array.capabilities

    def _pools(self) -> list[Pool]:
        self._asked("pools")
        return self.array.pools

    def _luns(self) -> list[Lun]:
        self._asked("luns")
        return list(self.array.luns.values())

    def _snapshots(self) -> list[Snapshot]:
        self._asked("snapshots")
        return self.array.snapshots

    def _hosts(self) -> list[Host]:
        self._asked("hosts")
        return [Host(name, initiators) for name, initiators in self.array.hosts.items()]

    def _mappings(self) -> list[Mapping]:
        self._asked("mappings")
        return [Mapping(wwid, host, number, None) for (host, wwid), number in self.array.mappings.items()]

    def _portals(self) -> list[Portal]:
        self._asked("portals")
        return self.array.portals

    def _create_lun(self, new: NewLun) -> Lun:
        return self._made("create_lun", new)

    def _clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        return self._made("clone_lun", new)

    def _copy_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        return self._made("copy_lun", new)

    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        self._asked("grow_lun", lun.name)
        return self._changed(replace(self._there(lun), size=size))

    def _shrink_lun(self, lun: Lun, size: int) -> Lun:
        self._asked("shrink_lun", lun.name)
        return self._changed(replace(self._there(lun), size=size))

    def _describe_lun(self, lun: Lun, description: str) -> Lun:
        self._asked("describe_lun", lun.name)
        return self._changed(replace(self._there(lun), description=description or None))

    def _delete_lun(self, lun: Lun) -> bool:
        self._asked("delete_lun", lun.name)
        if any(wwid == lun.wwid for _host, wwid in self.array.mappings):
            raise StillMapped(lun.name)
        return self.array.luns.pop(lun.wwid, None) is not None

    def _create_host(self, host: Host) -> Host:
        self._asked("create_host", host.name)
        if host.name in self.array.hosts:
            raise NameInUse(host.name)
        self._give(host)
        return host

    def _add_initiators(self, more: Host) -> Host:
        self._asked("add_initiators", more.name)
        if more.name not in self.array.hosts:
            raise NotFound(f"host {more.name}: there is none")
        self._give(Host(more.name, tuple(sorted({*self.array.hosts[more.name], *more.initiators}))))
        return Host(more.name, self.array.hosts[more.name])

    def _remove_initiators(self, fewer: Host) -> Host:
        self._asked("remove_initiators", fewer.name)
        if fewer.name not in self.array.hosts:
            raise NotFound(f"host {fewer.name}: there is none")
        left = tuple(one for one in self.array.hosts[fewer.name] if one not in fewer.initiators)
        self.array.hosts[fewer.name] = left
        return Host(fewer.name, left)

    def _delete_host(self, name: str) -> bool:
        return self.array.hosts.pop(name, None) is not None

    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        self._asked("map_lun", lun.name)
        self._there(lun)
        if host not in self.array.hosts:
            raise NotFound(host)
        taken = {number: wwid for (name, wwid), number in self.array.mappings.items() if name == host}
        if (host, lun.wwid) not in self.array.mappings:
            if lun_number in taken:
                raise NameInUse(f"{lun_number} on {host}")
            number = next(free for free in range(256) if free not in taken) if lun_number is None else lun_number
            self.array.mappings[host, lun.wwid] = number
        return Mapping(lun.wwid, host, self.array.mappings[host, lun.wwid], None)

    def _unmap_lun(self, lun: Lun, host: str) -> bool:
        self._asked("unmap_lun", lun.name)
        return self.array.mappings.pop((host, lun.wwid), None) is not None

    def _asked(self, call: str, name: str = "") -> None:
        self.array.calls[call] += 1
        for asked in (call, f"{call} {name}"):
            if asked in self.array.failing:
                raise self.array.failing[asked]

    def _made(self, call: str, new: NewLun) -> Lun:
        self._asked(call, new.name)
        if any(lun.name == new.name for lun in self.array.luns.values()):
            raise NameInUse(new.name)
        self.array.serial += 1
        wwid = locally_assigned(0xFA4E, self.array.serial)
        lun = Lun(wwid, wwid, new.name, new.pool, new.size or 0, new.provisioning, 0, new.description or None)
        self.array.luns[wwid] = lun
        if f"{call} {new.name}" in self.array.failing_late:
            raise self.array.failing_late[f"{call} {new.name}"]
        return lun

    def _there(self, lun: Lun) -> Lun:
        if lun.wwid not in self.array.luns:
            raise NotFound(lun.name)
        return self.array.luns[lun.wwid]

    def _changed(self, lun: Lun) -> Lun:
        self.array.luns[lun.wwid] = lun
        return lun

    def _give(self, host: Host) -> None:
        for other, initiators in self.array.hosts.items():
            if other != host.name and set(initiators) & set(host.initiators):
                raise NameInUse(f"initiators of {host.name}")
        self.array.hosts[host.name] = host.initiators
