# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the module ``lun`` tells of each LUN, and its diff."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..initiator import transport_of
from ..mapping import Mapping
from .carry_out import Outcome, unchanged
from .steps import Clone, Copy, Create, Delete, Describe, Grow, Map, Shrink, Unmap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..lun import Lun
    from ..portal import Portal
    from .inventory import Inventory
    from .plan import LunPlan, Plan
    from .steps import Step


def results(outcomes: Iterable[Outcome], inventory: Inventory) -> list[dict[str, Any]]:
    """For each LUN what it is now, who may use it and how, what was done, and the error that stopped it."""
    access = _Access(inventory)
    return [_result(outcome, access) for outcome in outcomes]


def predicted(plan: Plan, inventory: Inventory) -> list[dict[str, Any]]:
    """What :func:`results` would tell, as far as it is known before anything is done."""
    told = results(unchanged(plan), inventory)
    access = _Access(inventory)
    for one, lun in zip(told, plan.luns):
        if lun.steps:
            after = _after(lun)
            one.update({key: after.get(key) for key in _STATE})
            if not after:
                one.update(wwid=None, id=None, used=None)
            one.update(
                state="present" if after else "absent",
                changed=True,
                actions=list(dict.fromkeys(step.action for step in lun.steps)),
                mappings=_predicted_mappings(lun, after.get("hosts", {}), access),
            )
    return told


def diffs(plan: Plan) -> list[dict[str, Any]]:
    """Before and after of each LUN that changes, in Ansible's form, and of each host."""
    changes = [
        {
            "before_header": f"LUN {lun.request.name}",
            "after_header": f"LUN {lun.request.name}",
            "before": _before(lun),
            "after": _after(lun),
        }
        for lun in plan.luns
        if lun.steps
    ]
    for one in plan.hosts:
        header = f"host {one.host.name}"
        changes.append(
            {
                "before_header": header,
                "after_header": header,
                "before": {"removed": list(one.surplus)},
                "after": {"added": list(one.host.initiators)},
            }
        )
    return changes


_STATE = ("pool", "size", "provisioning", "description")


class _Access:
    """How hosts reach LUNs, worked out once a host."""

    def __init__(self, inventory: Inventory) -> None:
        self._portals = inventory.portals
        self._hosts = inventory.hosts
        self._by_host: dict[str, tuple[list[str], list[dict[str, Any]]]] = {}

    def of(self, host: str, initiators: Iterable[str]) -> tuple[list[str], list[dict[str, Any]]]:
        """The transports that the host and the array share, and the portals behind them."""
        if host not in self._by_host:
            known = self._hosts[host].initiators if host in self._hosts else ()
            speaks = {"path", *(transport_of(initiator) for initiator in (*known, *initiators))}
            portals = [portal for portal in self._portals if portal.transport in speaks]
            transports = list(dict.fromkeys(portal.transport for portal in portals))
            self._by_host[host] = (transports, [_portal(portal) for portal in portals])
        return self._by_host[host]


def _result(outcome: Outcome, access: _Access) -> dict[str, Any]:
    lun = outcome.lun
    request = outcome.plan.request
    initiators = {host.name: host.initiators for host in request.hosts or ()}
    return {
        "name": request.name,
        "state": "present" if lun else "absent",
        "changed": bool(outcome.actions),
        "actions": list(outcome.actions),
        "wwid": lun.wwid if lun else None,
        "id": lun.id if lun else None,
        "pool": lun.pool if lun else None,
        "size": lun.size if lun else None,
        "used": lun.used if lun else None,
        "provisioning": lun.provisioning if lun else None,
        "description": lun.description if lun else None,
        "mappings": [_mapping(one, access, initiators.get(one.host, ())) for one in outcome.mappings],
        "error": {"kind": outcome.error.kind, "msg": str(outcome.error)} if outcome.error else None,
    }


def _mapping(mapping: Mapping, access: _Access, initiators: Iterable[str]) -> dict[str, Any]:
    transports, portals = access.of(mapping.host, initiators)
    return {
        "host": mapping.host,
        "lun_number": mapping.lun_number,
        "transports": transports,
        "portals": portals,
        "path": mapping.path,
    }


def _predicted_mappings(plan: LunPlan, numbers: dict[str, int], access: _Access) -> list[dict[str, Any]]:
    initiators = {host.name: host.initiators for host in plan.request.hosts or ()}
    there = {(one.host, one.lun_number): one for one in plan.mapped_before}
    wwid = plan.before.wwid if plan.before else ""
    return [
        _mapping(there.get((host, number), Mapping(wwid, host, number, path=None)), access, initiators.get(host, ()))
        for host, number in sorted(numbers.items())
    ]


def _portal(portal: Portal) -> dict[str, Any]:
    return {"transport": portal.transport, "address": portal.address, "target": portal.target}


def _before(plan: LunPlan) -> dict[str, Any]:
    return _state(plan.before, {mapping.host: mapping.lun_number for mapping in plan.mapped_before})


def _after(plan: LunPlan) -> dict[str, Any]:
    state = _before(plan)
    for step in plan.steps:
        state = _apply(step, state)
    return state


def _apply(step: Step, state: dict[str, Any]) -> dict[str, Any]:
    if isinstance(step, Delete):
        return {}
    if isinstance(step, (Create, Clone, Copy)):
        new = step.new
        return {
            "name": new.name,
            "pool": new.pool,
            "size": new.size,
            "provisioning": new.provisioning,
            "description": new.description,
            "hosts": {},
        }
    if isinstance(step, (Grow, Shrink)):
        return {**state, "size": step.size}
    if isinstance(step, Describe):
        return {**state, "description": step.description or None}
    hosts = dict(state["hosts"])
    if isinstance(step, Map):
        hosts.update(dict.fromkeys(step.hosts, step.suggested if step.lun_number is None else step.lun_number))
    if isinstance(step, Unmap):
        hosts.pop(step.host, None)
    return {**state, "hosts": hosts}


def _state(lun: Lun | None, hosts: dict[str, int]) -> dict[str, Any]:
    if lun is None:
        return {}
    return {
        "name": lun.name,
        "pool": lun.pool,
        "size": lun.size,
        "provisioning": lun.provisioning,
        "description": lun.description,
        "hosts": hosts,
    }
