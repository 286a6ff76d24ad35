# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All that an array holds, to be compared before and after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.export import Export
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot


@dataclass(frozen=True)
class State:
    """What was made on an array, without what changes by itself: allocated bytes."""

    luns: frozenset[Lun]
    snapshots: frozenset[Snapshot]
    exports: frozenset[Export]
    hosts: frozenset[Host]
    mappings: frozenset[Mapping]


def state_of(driver: Driver) -> State:
    """All that the driver's array holds now."""
    return State(
        luns=frozenset(settled(lun) for lun in driver.luns()),
        snapshots=frozenset(replace(snapshot, used=None) for snapshot in driver.snapshots()),
        exports=frozenset(replace(export, used=None) for export in driver.exports()),
        hosts=frozenset(driver.hosts()),
        mappings=frozenset(driver.mappings()),
    )


def settled(lun: Lun) -> Lun:
    """The LUN without what changes by itself."""
    return replace(lun, used=None)


def remove_what_is_new(driver: Driver, before: State) -> None:
    """Bring the array back to what it held."""
    now = state_of(driver)
    known = {lun.wwid for lun in before.luns}
    new_luns = {lun.wwid: lun for lun in now.luns if lun.wwid not in known}
    for mapping in now.mappings - before.mappings:
        if mapping.lun_wwid in new_luns:
            driver.unmap_lun(new_luns[mapping.lun_wwid], mapping.host)
    for snapshot in now.snapshots:
        if snapshot.id not in {one.id for one in before.snapshots}:
            driver.delete_snapshot(snapshot)
    for lun in new_luns.values():
        driver.delete_lun(lun)
    for export in now.exports - before.exports:
        driver.delete_export(export)
    for name in {host.name for host in now.hosts} - {host.name for host in before.hosts}:
        driver.delete_host(name)
