# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of the contract, ready to be carried out by any client."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .array_under_test import PREFIX

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun

    from .array_under_test import ArrayUnderTest

READS = ("describe", "pools", "luns", "hosts", "mappings", "portals")

CLAIMS: dict[str, str | None] = {
    "create_lun": None,
    "clone_lun": "clone",
    "copy_lun": "copy",
    "grow_lun": "grow",
    "shrink_lun": "shrink",
    "describe_lun": "description",
    "delete_lun": None,
    "create_snapshot": "snapshot",
    "create_export": "export",
    "create_host": None,
    "add_initiators": None,
    "delete_host": None,
    "map_lun": None,
    "unmap_lun": None,
}
"""Every change, and the capability without which it is refused."""


class Operations:
    """Changes to an array on which all is there that they need. Each is a real change when it is made first."""

    def __init__(self, array: ArrayUnderTest) -> None:
        self._array = array
        array.filled("ready", size=2 * array.harness.size)
        array.driver.map_lun(array.lun("ready-mapped"), self._host.name)
        array.host("ready-idle")

    @cached_property
    def _host(self) -> Host:
        return self._array.host("ready")

    @cached_property
    def _initiators(self) -> tuple[str, str, str]:
        return self._array.initiator(), self._array.initiator(), self._array.initiator()

    def by(self, driver: Driver, name: str) -> Callable[[], object]:
        """The change ``name``, a method of the contract, by this client."""
        array, (lun, mapped) = self._array, self._luns
        new_initiator, more_initiator, _third = self._initiators
        changes: dict[str, Callable[[], object]] = {
            "create_lun": lambda: driver.create_lun(array.new("made")),
            "clone_lun": lambda: driver.clone_lun(lun, array.replica("made")),
            "copy_lun": lambda: driver.copy_lun(lun, array.replica("made")),
            "grow_lun": lambda: driver.grow_lun(lun, 2 * lun.size),
            "shrink_lun": lambda: driver.shrink_lun(lun, lun.size // 2),
            "describe_lun": lambda: driver.describe_lun(lun, "other words"),
            "delete_lun": lambda: driver.delete_lun(lun),
            "create_snapshot": lambda: driver.create_snapshot(lun, PREFIX + "made"),
            "create_export": lambda: driver.create_export(PREFIX + "made", array.harness.pool, None),
            "create_host": lambda: driver.create_host(PREFIX + "made", [new_initiator]),
            "add_initiators": lambda: driver.add_initiators(self._host.name, [more_initiator]),
            "delete_host": lambda: driver.delete_host(PREFIX + "ready-idle"),
            "map_lun": lambda: driver.map_lun(lun, self._host.name),
            "unmap_lun": lambda: driver.unmap_lun(mapped, self._host.name),
        }
        return changes[name]

    @cached_property
    def _luns(self) -> tuple[Lun, Lun]:
        (lun,), (mapped,) = self._array.named("ready"), self._array.named("ready-mapped")
        return lun, mapped


def ready_for(array: ArrayUnderTest, operation: str) -> Operations:
    """All that the operation needs. Leaves the test, visibly, when the array does not claim it."""
    claim = CLAIMS.get(operation)
    if claim is not None:
        array.require(claim)
    return Operations(array)
