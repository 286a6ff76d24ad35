# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a user asks of LUNs: the options of the module ``lun``, checked before any array is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...errors import InvalidValue
from ...names import check_description, check_name
from ...sizes import parse_size
from ..host import Host
from ..initiator import normalise_initiator

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LUN_FIELDS = (
    "name",
    "state",
    "pool",
    "size",
    "provisioning",
    "source",
    "hosts",
    "append",
    "lun_number",
    "allow_shrink",
    "force_unmap",
    "description",
)
"""Options of one LUN; outside ``luns`` they are the defaults of all its entries."""


@dataclass(frozen=True)
class Source:
    """What a new LUN takes its content from: a LUN, or one of its snapshots."""

    lun: str
    snapshot: str | None
    method: str
    """``clone`` or ``copy``."""


@dataclass(frozen=True)
class LunRequest:
    """What one LUN shall be. ``None`` leaves a property as it is."""

    name: str
    present: bool = True
    pool: str | None = None
    size: int | None = None
    """Bytes."""
    provisioning: str = "default"
    source: Source | None = None
    hosts: tuple[Host, ...] | None = None
    append: bool = False
    lun_number: int | None = None
    allow_shrink: bool = False
    force_unmap: bool = False
    description: str | None = None


def requests_of(options: Mapping[str, Any]) -> list[LunRequest]:
    """The LUNs that a task asks for, in its order.

    Raises InvalidValue for a bad value, contradictory options, and a LUN, host or initiator given twice.
    """
    entries = options["luns"]
    if entries is None:
        requests = [_request("", options)]
    else:
        shared = {field: options[field] for field in LUN_FIELDS}
        requests = [
            _request(f"luns[{index}].", {**shared, **{key: value for key, value in entry.items() if value is not None}})
            for index, entry in enumerate(entries)
        ]
    _refuse_twice(requests)
    _refuse_disagreeing_hosts(host for request in requests for host in request.hosts or ())
    return requests


def _request(where: str, options: Mapping[str, Any]) -> LunRequest:
    request = LunRequest(
        name=check_name(f"{where}name", options["name"]),
        present=options["state"] == "present",
        pool=None if options["pool"] is None else check_name(f"{where}pool", options["pool"]),
        size=None if options["size"] is None else parse_size(f"{where}size", options["size"]),
        provisioning=options["provisioning"],
        source=_source(f"{where}source", options["source"]),
        hosts=_hosts(f"{where}hosts", options["hosts"]),
        append=options["append"],
        lun_number=options["lun_number"],
        allow_shrink=options["allow_shrink"],
        force_unmap=options["force_unmap"],
        description=None
        if options["description"] is None
        else check_description(f"{where}description", options["description"]),
    )
    _refuse_contradictions(where, request)
    return request


def _source(where: str, source: Mapping[str, Any] | None) -> Source | None:
    if source is None:
        return None
    lun = check_name(f"{where}.lun", source["lun"])
    snapshot = source["snapshot"]
    return Source(lun, snapshot and check_name(f"{where}.snapshot", snapshot), source["method"])


def _hosts(where: str, hosts: list[Mapping[str, Any]] | None) -> tuple[Host, ...] | None:
    if hosts is None:
        return None
    checked = []
    for host in hosts:
        name = check_name(f"{where}.name", host["name"])
        field = f"{where}.initiators of {name}"
        initiators = sorted({normalise_initiator(field, initiator) for initiator in host["initiators"] or ()})
        checked.append(Host(name, tuple(initiators)))
    names = [host.name for host in checked]
    for name in names:
        if names.count(name) > 1:
            raise InvalidValue(where, name, "is in the list twice")
    return tuple(checked)


def _refuse_contradictions(where: str, request: LunRequest) -> None:
    if request.lun_number is not None and not request.hosts:
        raise InvalidValue(f"{where}lun_number", request.lun_number, f"of LUN {request.name} needs hosts to map it to")
    if request.append and request.hosts is None:
        raise InvalidValue(f"{where}append", request.append, f"of LUN {request.name} needs hosts to add")
    if request.source and request.source.lun == request.name and request.source.snapshot is None:
        raise InvalidValue(f"{where}source.lun", request.name, "is the LUN itself")


def _refuse_twice(requests: list[LunRequest]) -> None:
    seen = set()
    for request in requests:
        if request.name in seen:
            raise InvalidValue("luns", request.name, "is in the list twice")
        seen.add(request.name)


def _refuse_disagreeing_hosts(hosts: Iterable[Host]) -> None:
    by_name: dict[str, Host] = {}
    owners: dict[str, str] = {}
    for host in set(hosts):
        other = by_name.setdefault(host.name, host)
        if other != host:
            raise InvalidValue("hosts", host.name, "has different initiators in different LUNs of the list")
        for initiator in host.initiators:
            owner = owners.setdefault(initiator, host.name)
            if owner != host.name:
                raise InvalidValue("hosts", initiator, f"is given to {owner} and to {host.name}")
