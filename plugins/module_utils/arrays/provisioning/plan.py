# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is asked and what is there to the steps between: pure, no array is touched.

A plan that cannot be carried out is refused as a whole, with every reason found, before anything is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from ...errors import InvalidValue, StorageError
from ...sizes import format_size, round_up
from ..errors import HasDependants, NameInUse, NoSpace, NotFound, NotSupported, StillMapped
from ..host import Host
from ..lun import DEFAULT, THICK, NewLun
from .numbers import FreeNumbers
from .steps import Clone, Copy, Create, Delete, Describe, Grow, Map, PrepareHost, Shrink, Step, Unmap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..lun import Lun
    from ..mapping import Mapping
    from ..snapshot import Snapshot
    from .inventory import Inventory
    from .request import LunRequest, Source


class Refused(StorageError):
    """Why a plan cannot be carried out: all reasons, and the kind of the first."""

    def __init__(self, reasons: list[StorageError]) -> None:
        super().__init__("; ".join(dict.fromkeys(str(reason) for reason in reasons)))
        self.kind = reasons[0].kind  # type: ignore[misc]  # per error here


@dataclass(frozen=True)
class LunPlan:
    """What becomes of one LUN."""

    request: LunRequest
    before: Lun | None
    mapped_before: tuple[Mapping, ...]
    steps: tuple[Step, ...]
    waits_for: str | None
    """The LUN of the same plan whose content this one takes."""


@dataclass(frozen=True)
class Plan:
    """What becomes of all LUNs of one call, in the order they were asked for."""

    hosts: tuple[PrepareHost, ...]
    luns: tuple[LunPlan, ...]

    @property
    def is_empty(self) -> bool:
        """Whether all is as it was asked for."""
        return not self.hosts and not any(lun.steps for lun in self.luns)


def plan(requests: list[LunRequest], inventory: Inventory) -> Plan:
    """The steps that make ``requests`` true. Raises Refused."""
    reasons: list[StorageError] = []
    planner = _Planner(requests, inventory)
    luns = []
    for request in requests:
        try:
            luns.append(planner.lun(request))
        except StorageError as reason:
            reasons.append(reason)
    hosts = []
    for host, request in planner.hosts_asked_for():
        try:
            hosts.extend(planner.host(host, request))
        except StorageError as reason:
            reasons.append(reason)
    for check in (partial(planner.check_space, luns), planner.check_numbers):
        try:
            check()
        except StorageError as reason:
            reasons.append(reason)
    if reasons:
        raise Refused(reasons)
    return Plan(tuple(hosts), tuple(luns))


class _Planner:
    def __init__(self, requests: list[LunRequest], inventory: Inventory) -> None:
        self._requests = {request.name: request for request in requests}
        self._inventory = inventory
        self._can = inventory.capabilities
        self._numbers = FreeNumbers(inventory.numbers)
        for request in requests:
            if request.lun_number is not None:
                self._numbers.take(request.lun_number, [host.name for host in request.hosts or ()])

    # One LUN

    def lun(self, request: LunRequest) -> LunPlan:
        before = self._inventory.luns.get(request.name)
        mapped = tuple(self._inventory.mappings.get(before.wwid, ())) if before else ()
        waits_for = None
        if not request.present:
            steps = self._absent(request, before, mapped)
        elif before is None:
            steps = [*self._made(request), *self._access(request, mapped)]
            waits_for = self._source_of_this_plan(request)
        else:
            steps = [*self._changed(request, before), *self._access(request, mapped)]
        return LunPlan(request, before, mapped, tuple(steps), waits_for)

    def _absent(self, request: LunRequest, lun: Lun | None, mapped: tuple[Mapping, ...]) -> list[Step]:
        if lun is None:
            return []
        snapshots = self._inventory.snapshots.get(lun.wwid)
        if snapshots:
            names = ", ".join(snapshot.name for snapshot in snapshots)
            raise HasDependants(f"LUN {lun.name}: it has snapshots ({names}); remove them first")
        hosts = [mapping.host for mapping in mapped]
        if hosts and not request.force_unmap:
            raise StillMapped(
                f"LUN {lun.name}: it is mapped to {', '.join(hosts)}; make it gone there and unmap it (hosts: []), "
                "or use force_unmap"
            )
        return [*(Unmap(host) for host in hosts), Delete()]

    def _made(self, request: LunRequest) -> list[Step]:
        return self._created(request) if request.source is None else self._replicated(request, request.source)

    def _created(self, request: LunRequest) -> list[Step]:
        new = self._new(request, request.pool)
        if request.size is None:
            raise InvalidValue("size", None, f"is needed to make LUN {request.name}")
        return [Create(replace(new, size=self._allowed_size(request.name, request.size, new.pool)))]

    def _replicated(self, request: LunRequest, source: Source) -> list[Step]:
        self._require(source.method, request.name)
        found = self._found(request, source)
        pool = found.pool if found else self._pool_of_this_plan(source.lun)
        new = self._new(request, request.pool or pool)
        replicate = Clone if source.method == "clone" else Copy
        made: list[Step] = [replicate(new, found, source.lun)]
        if request.size is None:
            return made
        size = self._allowed_size(request.name, request.size, new.pool)
        source_size = found.size if found else self._size_of_this_plan(source.lun)
        if size < source_size:
            raise InvalidValue(
                "size", request.size, f"of LUN {request.name} is less than the {source_size} bytes of its source"
            )
        if size == source_size:
            return made
        self._require("grow", request.name)
        return [*made, Grow(size)]

    def _new(self, request: LunRequest, pool: str | None) -> NewLun:
        if pool is None:
            raise InvalidValue("pool", None, f"is needed to make LUN {request.name}")
        if pool not in self._inventory.pools:
            raise NotFound(f"pool: there is no pool {pool}; there are {_listed(self._inventory.pools)}")
        provisioning = self._can.default_provisioning if request.provisioning == DEFAULT else request.provisioning
        self._require(provisioning, request.name)
        if request.description:
            self._require("description", request.name)
        return NewLun(request.name, pool, None, provisioning, request.description)

    def _changed(self, request: LunRequest, lun: Lun) -> list[Step]:
        if request.pool not in (None, lun.pool):
            raise InvalidValue("pool", request.pool, f"is not where LUN {lun.name} is ({lun.pool}); LUNs are not moved")
        if DEFAULT != request.provisioning != lun.provisioning and lun.provisioning is not None:
            raise InvalidValue(
                "provisioning", request.provisioning, f"is not that of LUN {lun.name} ({lun.provisioning}), which stays"
            )
        steps = self._resized(request, lun)
        if request.description is not None and request.description != (lun.description or ""):
            self._require("description", lun.name)
            steps.append(Describe(request.description))
        return steps

    def _resized(self, request: LunRequest, lun: Lun) -> list[Step]:
        if request.size is None:
            return []
        size = self._allowed_size(lun.name, request.size, lun.pool)
        if size > lun.size:
            self._require("grow", lun.name)
            return [Grow(size)]
        if size == lun.size:
            return []
        if not request.allow_shrink:
            raise InvalidValue(
                "size",
                request.size,
                f"would shrink LUN {lun.name} ({lun.size} bytes) and lose what lies behind; use allow_shrink",
            )
        self._require("shrink", lun.name)
        return [Shrink(size)]

    def _access(self, request: LunRequest, mapped: tuple[Mapping, ...]) -> list[Step]:
        if request.hosts is None:
            return []
        numbers = {mapping.host: mapping.lun_number for mapping in mapped}
        wanted = [host.name for host in request.hosts]
        surplus = [] if request.append else [host for host in numbers if host not in wanted]
        moved = [host for host in wanted if host in numbers and request.lun_number not in (None, numbers[host])]
        if (surplus or moved) and not request.force_unmap:
            raise StillMapped(
                f"LUN {request.name}: it would be taken from {', '.join([*surplus, *moved])}; make it gone there first "
                "and use force_unmap, or keep it there (append, or the same lun_number)"
            )
        unmap: list[Step] = [Unmap(host) for host in [*surplus, *moved]]
        new = [host for host in wanted if host not in numbers or host in moved]
        if not new:
            return unmap
        if request.lun_number is not None:
            return [*unmap, Map(tuple(new), request.lun_number)]
        return [*unmap, Map(tuple(new), None, self._numbers.same_on(new, numbers.values()))]

    # Sources

    def _found(self, request: LunRequest, source: Source) -> Lun | Snapshot | None:
        """The LUN or snapshot whose content is taken; ``None`` when a LUN of this plan is still to be made."""
        if self._source_of_this_plan(request):
            return None
        lun = self._inventory.luns.get(source.lun)
        if lun is None:
            raise NotFound(f"source.lun: there is no LUN {source.lun} to make LUN {request.name} from")
        if source.snapshot is None:
            return lun
        for snapshot in self._inventory.snapshots.get(lun.wwid, ()):
            if snapshot.name == source.snapshot:
                return snapshot
        raise NotFound(f"source.snapshot: LUN {lun.name} has no snapshot {source.snapshot}")

    def _source_of_this_plan(self, request: LunRequest) -> str | None:
        if request.source is None:
            return None
        other = self._requests.get(request.source.lun)
        if other is None:
            return None
        if not other.present:
            raise InvalidValue("source.lun", other.name, f"of LUN {request.name} is removed by the same task")
        if other.name in self._inventory.luns or request.source.snapshot:
            return None
        self._refuse_circle(request)
        return other.name

    def _refuse_circle(self, request: LunRequest) -> None:
        seen = {request.name}
        source = request.source
        while source is not None and source.lun in self._requests and source.lun not in self._inventory.luns:
            if source.lun in seen:
                raise InvalidValue("source.lun", source.lun, f"and LUN {request.name} are made from each other")
            seen.add(source.lun)
            source = self._requests[source.lun].source

    def _pool_of_this_plan(self, name: str) -> str | None:
        request = self._requests[name]
        if request.pool or request.source is None:
            return request.pool
        found = self._found(request, request.source)
        return found.pool if found else self._pool_of_this_plan(request.source.lun)

    def _size_of_this_plan(self, name: str) -> int:
        request = self._requests[name]
        if request.size is not None:
            return round_up(request.size, self._can.granularity)
        if request.source is None:
            raise InvalidValue("size", None, f"is needed to make LUN {name}")
        found = self._found(request, request.source)
        return found.size if found else self._size_of_this_plan(request.source.lun)

    # Hosts

    def hosts_asked_for(self) -> list[tuple[Host, LunRequest]]:
        """Every host that a LUN is mapped to, with a request that names it."""
        asked: dict[str, tuple[Host, LunRequest]] = {}
        for request in self._requests.values():
            if request.present:
                for host in request.hosts or ():
                    asked.setdefault(host.name, (host, request))
        return list(asked.values())

    def host(self, host: Host, request: LunRequest) -> list[PrepareHost]:
        for initiator in host.initiators:
            owner = self._inventory.initiators.get(initiator, host.name)
            if owner != host.name:
                raise NameInUse(f"hosts: the initiator {initiator} of host {host.name} belongs to host {owner}")
        known = self._inventory.hosts.get(host.name)
        if known is None:
            if not host.initiators:
                raise InvalidValue("hosts", host.name, "is not known to the array; give its initiators")
            return [PrepareHost(host)]
        missing = tuple(initiator for initiator in host.initiators if initiator not in known.initiators)
        surplus = tuple(initiator for initiator in known.initiators if initiator not in host.initiators)
        if not host.initiators or request.append:
            surplus = ()
        if surplus and not request.force_unmap:
            raise StillMapped(
                f"hosts: {', '.join(surplus)} would be taken from host {host.name}; use force_unmap to do that, "
                "or append to keep it"
            )
        return [PrepareHost(Host(host.name, missing), surplus)] if missing or surplus else []

    # What must fit

    def check_space(self, plans: Iterable[LunPlan]) -> None:
        """Refuse thick LUNs that do not fit into their pools together."""
        needed: dict[str, int] = {}
        for lun in plans:
            pool, size = self._reserved_by(lun)
            needed[pool] = needed.get(pool, 0) + size
        for name, size in needed.items():
            pool_now = self._inventory.pools.get(name)
            if pool_now and pool_now.free is not None and size > pool_now.free:
                raise NoSpace(
                    f"pool {name}: {format_size(size)} are needed for thick LUNs, {format_size(pool_now.free)} are free"
                )

    def _reserved_by(self, lun: LunPlan) -> tuple[str, int]:
        """The pool in which a LUN's plan takes bytes for good, and how many more than now."""
        made = next((step.new for step in lun.steps if isinstance(step, (Create, Clone, Copy))), None)
        becomes = made or lun.before
        if becomes is None or becomes.provisioning != THICK:
            return "", 0
        there = lun.before.size if lun.before else 0
        grown = next((step.size for step in lun.steps if isinstance(step, Grow)), None)
        size = grown or becomes.size or self._size_of_source(lun.request)
        return becomes.pool, max(0, size - there)

    def _size_of_source(self, request: LunRequest) -> int:
        if request.source is None:
            return 0
        found = self._found(request, request.source)
        return found.size if found else self._size_of_this_plan(request.source.lun)

    def check_numbers(self) -> None:
        """Refuse a LUN number that another LUN has on the same host, or is given to two."""
        taken: dict[tuple[str, int], str] = {}
        for request in self._requests.values():
            if request.lun_number is None or not request.present:
                continue
            if not 0 <= request.lun_number <= self._can.highest_lun_number:
                raise InvalidValue(
                    "lun_number", request.lun_number, f"is not between 0 and {self._can.highest_lun_number}"
                )
            for host in request.hosts or ():
                place = (host.name, request.lun_number)
                other = taken.setdefault(place, request.name)
                if other != request.name:
                    raise InvalidValue(
                        "lun_number", request.lun_number, f"on host {host.name} is asked for {other} and {request.name}"
                    )
                lun = self._inventory.luns.get(request.name)
                owner = self._inventory.numbers.get(place)
                if owner is not None and (lun is None or owner != lun.wwid):
                    raise NameInUse(
                        f"lun_number: {request.lun_number} on host {host.name} belongs to LUN {self._name_of(owner)}"
                    )

    def _name_of(self, wwid: str) -> str:
        return next((lun.name for lun in self._inventory.luns.values() if lun.wwid == wwid), wwid)

    def _allowed_size(self, name: str, size: int, pool: str) -> int:
        rounded = round_up(size, self._can.granularity)
        if size < self._can.smallest_lun:
            raise InvalidValue("size", size, f"of LUN {name} is less than the array's least, {self._can.smallest_lun}")
        if self._can.largest_lun is not None and rounded > self._can.largest_lun:
            raise InvalidValue(
                "size", size, f"of LUN {name} is more than the array's largest, {format_size(self._can.largest_lun)}"
            )
        total = self._inventory.pools[pool].total if pool in self._inventory.pools else None
        if total is not None and rounded > total:
            raise NoSpace(f"size: {size} of LUN {name} is more than the whole pool {pool}, {format_size(total)}")
        return rounded

    def _require(self, capability: str, lun: str) -> None:
        if not getattr(self._can, capability):
            raise NotSupported(f"LUN {lun}: the array does not support {capability} as configured now")


def rounds(plans: Iterable[LunPlan]) -> list[list[LunPlan]]:
    """The plans in rounds: those of one round depend only on those of earlier rounds."""
    waiting = list(plans)
    unfinished = {lun.request.name for lun in waiting}
    ordered = []
    while waiting:
        ready = [lun for lun in waiting if lun.waits_for not in unfinished]
        ordered.append(ready)
        unfinished -= {lun.request.name for lun in ready}
        waiting = [lun for lun in waiting if lun.request.name in unfinished]
    return ordered


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
