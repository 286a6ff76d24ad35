# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which driver is broken at which point, and what must catch it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping


class MappingOneByOne(DirectoryDriver):
    """Healthy. All mapping goes through ``_map_lun``."""

    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        return self._access.map(lun, {host: lun_number})[0]

    def _map_lun_to(self, lun: Lun, hosts: dict[str, int | None]) -> list[Mapping]:
        return Driver._map_lun_to(self, lun, hosts)


@dataclass(frozen=True)
class Broken:
    """A broken driver."""

    driver: type[DirectoryDriver]
    point: int
    caught_by: tuple[str, ...]
    """The tests, all of that point, each of which must fail."""


BROKEN: dict[str, Broken] = {}
"""By the driver's name, which is that of its class."""


def breaks(point: int, *caught_by: str) -> Callable[[type[DirectoryDriver]], type[DirectoryDriver]]:
    """Register a driver that breaks ``point``."""

    def register(driver: type[DirectoryDriver]) -> type[DirectoryDriver]:
        BROKEN[driver.__name__] = Broken(driver, point, caught_by)
        return driver

    return register
