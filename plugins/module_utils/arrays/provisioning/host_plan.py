# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the array must learn of hosts before LUNs are mapped to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InvalidValue
from ..errors import NameInUse, StillMapped
from ..host import Host
from .steps import PrepareHost

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .inventory import Inventory
    from .request import LunRequest


def hosts_asked_for(requests: Iterable[LunRequest]) -> list[tuple[Host, LunRequest]]:
    """Every host that a LUN shall be mapped to, once, with a request that names it."""
    asked: dict[str, tuple[Host, LunRequest]] = {}
    for request in requests:
        if request.present:
            for host in request.hosts or ():
                asked.setdefault(host.name, (host, request))
    return list(asked.values())


def plan_host(host: Host, request: LunRequest, inventory: Inventory) -> list[PrepareHost]:
    """The step that makes the array know ``host``, or none.

    Raises NameInUse for an initiator of another host, InvalidValue for an unknown host without initiators, StillMapped
    where an initiator would be taken from the host unforced.
    """
    for initiator in host.initiators:
        owner = inventory.initiators.get(initiator, host.name)
        if owner != host.name:
            raise NameInUse(f"hosts: the initiator {initiator} of host {host.name} belongs to host {owner}")
    known = inventory.hosts.get(host.name)
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
