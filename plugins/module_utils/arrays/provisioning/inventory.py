# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One read of an array, with everything that is planned against found by its name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..activity import Activity
    from ..capabilities import Capabilities
    from ..driver import Driver
    from ..host import Host
    from ..lun import Lun
    from ..mapping import Mapping
    from ..pool import Pool
    from ..portal import Portal
    from ..snapshot import Snapshot


@dataclass(frozen=True)
class Inventory:
    """What an array held when it was read."""

    capabilities: Capabilities
    pools: dict[str, Pool]
    luns: dict[str, Lun]
    """By name."""
    snapshots: dict[str, list[Snapshot]]
    """By the LUN's WWID."""
    hosts: dict[str, Host]
    initiators: dict[str, str]
    """The host that owns each initiator."""
    mappings: dict[str, list[Mapping]]
    """By the LUN's WWID."""
    numbers: dict[tuple[str, int], str]
    """The WWID behind each host's LUN number."""
    portals: list[Portal] = field(default_factory=list)
    being_made: frozenset[str] = frozenset()
    """Names of what other calls are making just now."""


def read(driver: Driver) -> Inventory:
    """Ask the array for all that LUNs are planned against."""
    return inventory_of(
        driver.capabilities(),
        pools=driver.pools(),
        luns=driver.luns(),
        snapshots=driver.snapshots(),
        hosts=driver.hosts(),
        mappings=driver.mappings(),
        portals=driver.portals(),
        activities=driver.activities(),
    )


def inventory_of(
    capabilities: Capabilities,
    *,
    pools: Iterable[Pool] = (),
    luns: Iterable[Lun] = (),
    snapshots: Iterable[Snapshot] = (),
    hosts: Iterable[Host] = (),
    mappings: Iterable[Mapping] = (),
    portals: Iterable[Portal] = (),
    activities: Iterable[Activity] = (),
) -> Inventory:
    """The inventory made of these."""
    hosts = list(hosts)
    snapshots_of: dict[str, list[Snapshot]] = {}
    for snapshot in snapshots:
        snapshots_of.setdefault(snapshot.lun_wwid, []).append(snapshot)
    mappings_of: dict[str, list[Mapping]] = {}
    numbers = {}
    for mapping in mappings:
        mappings_of.setdefault(mapping.lun_wwid, []).append(mapping)
        numbers[mapping.host, mapping.lun_number] = mapping.lun_wwid
    return Inventory(
        capabilities=capabilities,
        pools={pool.name: pool for pool in pools},
        luns={lun.name: lun for lun in luns},
        snapshots=snapshots_of,
        hosts={host.name: host for host in hosts},
        initiators={initiator: host.name for host in hosts for initiator in host.initiators},
        mappings=mappings_of,
        numbers=numbers,
        portals=list(portals),
        being_made=frozenset(activity.name for activity in activities),
    )
