# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must fit: sizes into pools, LUN numbers onto hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...errors import InvalidValue
from ...sizes import format_size, round_up
from ..errors import NameInUse, NoSpace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .inventory import Inventory
    from .request import LunRequest


def allowed_size(name: str, size: int, pool: str, inventory: Inventory) -> int:
    """``size`` as the array rounds it. Raises InvalidValue beyond the array's limits, NoSpace beyond the whole pool."""
    can = inventory.capabilities
    rounded = round_up(size, can.granularity)
    if size < can.smallest_lun:
        raise InvalidValue("size", size, f"of LUN {name} is less than the array's least, {can.smallest_lun}")
    if can.largest_lun is not None and rounded > can.largest_lun:
        raise InvalidValue(
            "size", size, f"of LUN {name} is more than the array's largest, {format_size(can.largest_lun)}"
        )
    total = inventory.pools[pool].total if pool in inventory.pools else None
    if total is not None and rounded > total:
        raise NoSpace(f"size: {size} of LUN {name} is more than the whole pool {pool}, {format_size(total)}")
    return rounded


def check_space(reservations: Iterable[tuple[str, int]], inventory: Inventory) -> None:
    """Raise NoSpace unless what is taken for good, pairs of a pool and bytes, fits into the pools together."""
    needed: dict[str, int] = {}
    for pool, size in reservations:
        needed[pool] = needed.get(pool, 0) + size
    for name, size in needed.items():
        pool_now = inventory.pools.get(name)
        if pool_now and pool_now.free is not None and size > pool_now.free:
            raise NoSpace(
                f"pool {name}: {format_size(size)} are needed for thick LUNs, {format_size(pool_now.free)} are free"
            )


def check_numbers(requests: Iterable[LunRequest], inventory: Inventory) -> None:
    """Raise InvalidValue or NameInUse for a LUN number that another LUN has on the same host, or is given to two."""
    highest = inventory.capabilities.highest_lun_number
    taken: dict[tuple[str, int], str] = {}
    for request in requests:
        number = request.lun_number
        if number is None or not request.present:
            continue
        if not 0 <= number <= highest:
            raise InvalidValue("lun_number", number, f"is not between 0 and {highest}")
        lun = inventory.luns.get(request.name)
        for host in request.hosts or ():
            other = taken.setdefault((host.name, number), request.name)
            if other != request.name:
                raise InvalidValue("lun_number", number, f"on host {host.name} is asked for {other} and {request.name}")
            owner = inventory.numbers.get((host.name, number))
            if owner is not None and (lun is None or owner != lun.wwid):
                raise NameInUse(f"lun_number: {number} on host {host.name} belongs to LUN {_name_of(owner, inventory)}")


def _name_of(wwid: str, inventory: Inventory) -> str:
    return next((lun.name for lun in inventory.luns.values() if lun.wwid == wwid), wwid)
