# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""From what is asked and what is there to the steps between: pure, no array is touched.

A plan that cannot be carried out is refused as a whole, with every reason found, before anything is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Callable, TypeVar

from ...errors import InvalidValue, StorageError
from ..errors import Busy, HasDependants, NotFound, NotSupported, StillMapped
from ..lun import DEFAULT, THICK, NewLun
from .host_plan import hosts_asked_for, plan_host
from .limits import allowed_size, check_numbers, check_space
from .numbers import FreeNumbers
from .sources import content_of
from .steps import Clone, Copy, Create, Delete, Describe, Grow, Map, PrepareHost, Shrink, Step, Unmap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..lun import Lun
    from ..mapping import Mapping
    from .inventory import Inventory
    from .request import LunRequest, Source
    from .sources import Content

_Part = TypeVar("_Part")


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
    waits_for: str | None = None
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

    def kept(part: Callable[..., _Part], *arguments: object) -> _Part | None:
        try:
            return part(*arguments)
        except StorageError as reason:
            reasons.append(reason)
            return None

    planner = _Planner(requests, inventory)
    luns = [lun for lun in (kept(planner.lun, request) for request in requests) if lun]
    hosts = [kept(plan_host, host, request, inventory) or [] for host, request in hosts_asked_for(requests)]
    kept(check_space, [_reserved_by(lun) for lun in luns], inventory)
    kept(check_numbers, requests, inventory)
    if reasons:
        raise Refused(reasons)
    return Plan(tuple(step for steps in hosts for step in steps), tuple(luns))


class _Planner:
    def __init__(self, requests: list[LunRequest], inventory: Inventory) -> None:
        self._requests = {request.name: request for request in requests}
        self._inventory = inventory
        self._can = inventory.capabilities
        self._numbers = FreeNumbers(inventory.numbers)
        for request in requests:
            if request.lun_number is not None:
                self._numbers.take(request.lun_number, [host.name for host in request.hosts or ()])

    def lun(self, request: LunRequest) -> LunPlan:
        before = self._inventory.luns.get(request.name)
        mapped = tuple(self._inventory.mappings.get(before.wwid, ())) if before else ()
        if not request.present:
            return LunPlan(request, before, mapped, tuple(self._absent(request, before, mapped)))
        if before is not None:
            steps = [*self._changed(request, before), *self._access(request, mapped)]
            return LunPlan(request, before, mapped, tuple(steps))
        if request.source is None:
            return LunPlan(request, None, (), (*self._created(request), *self._access(request, mapped)))
        content = content_of(request, self._requests, self._inventory)
        steps = [*self._replicated(request, request.source, content), *self._access(request, mapped)]
        return LunPlan(request, None, (), tuple(steps), content.waits_for)

    def _absent(self, request: LunRequest, lun: Lun | None, mapped: tuple[Mapping, ...]) -> list[Step]:
        if lun is None and request.name in self._inventory.being_made:
            raise Busy(f"LUN {request.name}: another call is making it; remove it later")
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

    def _created(self, request: LunRequest) -> list[Step]:
        new = self._new(request, request.pool)
        if request.size is None:
            raise InvalidValue("size", None, f"is needed to make LUN {request.name}")
        return [Create(replace(new, size=allowed_size(request.name, request.size, new.pool, self._inventory)))]

    def _replicated(self, request: LunRequest, source: Source, content: Content) -> list[Step]:
        self._require(source.method, request.name)
        new = self._new(request, request.pool or content.pool)
        replicate = Clone if source.method == "clone" else Copy
        made: list[Step] = [replicate(replace(new, size=content.size), content.found, source.lun)]
        if request.size is None:
            return made
        size = allowed_size(request.name, request.size, new.pool, self._inventory)
        if size < content.size:
            raise InvalidValue(
                "size", request.size, f"of LUN {request.name} is less than the {content.size} bytes of its source"
            )
        if size == content.size:
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
        return NewLun(request.name, pool, None, provisioning, request.description or None)

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
        size = allowed_size(lun.name, request.size, lun.pool, self._inventory)
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


def _reserved_by(lun: LunPlan) -> tuple[str, int]:
    """The pool in which a LUN's plan takes bytes for good, and how many more than now."""
    made = next((step.new for step in lun.steps if isinstance(step, (Create, Clone, Copy))), None)
    becomes = made or lun.before
    if becomes is None or becomes.provisioning != THICK:
        return "", 0
    grown = next((step.size for step in lun.steps if isinstance(step, Grow)), None)
    there = lun.before.size if lun.before else 0
    return becomes.pool, max(0, (grown or becomes.size or 0) - there)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
