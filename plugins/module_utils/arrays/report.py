# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ``storage_array_info`` tells: the same shape for every array."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .connection import Connection
from .errors import ArrayError, TimedOut, Unreachable
from .registry import connect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .driver import Driver

SUBSETS = (
    "pools",
    "luns",
    "snapshots",
    "exports",
    "hosts",
    "mappings",
    "portals",
    "statistics",
    "activities",
)
_ALL = "all"
_FILTERS = ("pool", "name", "wwid", "host")
_IDENTITY = ("id", "name", "kind", "vendor", "model", "version")
_AT_ONCE = 16


@dataclass(frozen=True)
class Filters:
    """What is wanted of each subset; an empty set wants everything."""

    pools: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    """Of LUNs and exports."""
    wwids: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    @classmethod
    def from_options(cls, filters: Mapping[str, Any]) -> Filters:
        """The filters meant by the option ``filters``; WWIDs and nothing else in any case."""
        pools, names, wwids, hosts = (frozenset(filters.get(name) or ()) for name in _FILTERS)
        return cls(pools, names, frozenset(wwid.lower() for wwid in wwids), hosts)

    @property
    def narrow_luns(self) -> bool:
        """Whether some LUNs may be left out."""
        return bool(self.pools or self.names or self.wwids or self.hosts)


def report_options() -> dict[str, dict[str, object]]:
    """The argument specification of what a report shall hold."""
    names: dict[str, object] = {"type": "list", "elements": "str", "default": []}
    return {
        "gather_subset": {"type": "list", "elements": "str", "choices": [_ALL, *SUBSETS], "default": [_ALL]},
        "filters": {"type": "dict", "default": {}, "options": dict.fromkeys(_FILTERS, names)},
        "ignore_unreachable_arrays": {"type": "bool", "default": False},
    }


def reports(options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One report an array, asked side by side, for the options of the module ``storage_array_info``.

    Raises InvalidValue before any array is asked, and the first array's error; with ``ignore_unreachable_arrays`` an
    array that does not answer is reported as such.
    """
    subsets = wanted_subsets(options["gather_subset"])
    filters = Filters.from_options(options["filters"])
    drivers = [connect(Connection.from_options(array)) for array in options["arrays"] or [options["array"]]]

    def ask(driver: Driver) -> dict[str, Any]:
        try:
            with closing(driver):
                return report(driver, subsets, filters)
        except (Unreachable, TimedOut) as error:
            if not options["ignore_unreachable_arrays"]:
                raise
            return _unreachable(driver, error)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        return list(pool.map(ask, drivers))


def wanted_subsets(gather: Iterable[str]) -> tuple[str, ...]:
    """The subsets meant by the option ``gather_subset``."""
    asked = set(gather)
    return tuple(subset for subset in SUBSETS if _ALL in asked or subset in asked)


def report(driver: Driver, subsets: tuple[str, ...], filters: Filters) -> dict[str, Any]:
    """What ``driver``'s array is, and the subsets that are wanted; ``None`` for those that are not."""
    array = driver.describe()
    return {
        **_head(driver),
        "reachable": True,
        "error": None,
        **vars(array),
        "capabilities": _plain(driver.capabilities()),
        **dict.fromkeys(SUBSETS),
        **_Gathering(driver, filters).subsets(subsets),
    }


class _Gathering:
    """Reads subsets, and what the filters need of others, each once."""

    def __init__(self, driver: Driver, filters: Filters) -> None:
        self._driver = driver
        self._filters = filters
        self._read: dict[str, list[Any]] = {}

    def subsets(self, wanted: tuple[str, ...]) -> dict[str, Any]:
        return {subset: [_plain(one) for one in getattr(self, f"_{subset}")()] for subset in wanted}

    def _all(self, subset: str) -> list[Any]:
        if subset not in self._read:
            self._read[subset] = getattr(self._driver, subset)()
        return self._read[subset]

    def _pools(self) -> list[Any]:
        return [pool for pool in self._all("pools") if _passes(self._filters.pools, pool.name)]

    def _luns(self) -> list[Any]:
        filters = self._filters
        mapped = self._wwids_mapped_to_hosts() if filters.hosts else frozenset()
        return [
            lun
            for lun in self._all("luns")
            if _passes(filters.pools, lun.pool)
            and _passes(filters.names, lun.name)
            and _passes(filters.wwids, lun.wwid)
            and (not filters.hosts or lun.wwid in mapped)
        ]

    def _snapshots(self) -> list[Any]:
        return self._of_wanted_luns("snapshots")

    def _exports(self) -> list[Any]:
        filters = self._filters
        return [
            export
            for export in self._all("exports")
            if _passes(filters.pools, export.pool) and _passes(filters.names, export.name)
        ]

    def _hosts(self) -> list[Any]:
        return [host for host in self._all("hosts") if _passes(self._filters.hosts, host.name)]

    def _mappings(self) -> list[Any]:
        return [one for one in self._of_wanted_luns("mappings") if _passes(self._filters.hosts, one.host)]

    def _portals(self) -> list[Any]:
        return self._all("portals")

    def _statistics(self) -> list[Any]:
        return self._of_wanted_luns("statistics")

    def _activities(self) -> list[Any]:
        return [one for one in self._all("activities") if _passes(self._filters.names, one.name)]

    def _of_wanted_luns(self, subset: str) -> list[Any]:
        if not self._filters.narrow_luns:
            return self._all(subset)
        wwids = {lun.wwid for lun in self._luns()}
        return [one for one in self._all(subset) if one.lun_wwid in wwids]

    def _wwids_mapped_to_hosts(self) -> frozenset[str]:
        return frozenset(one.lun_wwid for one in self._all("mappings") if one.host in self._filters.hosts)


def _passes(wanted: frozenset[str], value: str) -> bool:
    return not wanted or value in wanted


def _plain(value: object) -> dict[str, Any]:
    return {name: list(item) if isinstance(item, tuple) else item for name, item in vars(value).items()}


def _head(driver: Driver) -> dict[str, Any]:
    return {"driver": driver.connection.driver, "address": driver.connection.address}


def _unreachable(driver: Driver, error: ArrayError) -> dict[str, Any]:
    return {
        **_head(driver),
        "reachable": False,
        "error": {"kind": error.kind, "msg": str(error)},
        **dict.fromkeys(_IDENTITY),
        "capabilities": None,
        **dict.fromkeys(SUBSETS),
    }
