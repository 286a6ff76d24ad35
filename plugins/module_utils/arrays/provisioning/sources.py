# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a new LUN's content comes from: what is on the array, or what the same plan makes first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import InvalidValue
from ...sizes import round_up
from ..errors import NotFound

if TYPE_CHECKING:
    from ..lun import Lun
    from ..snapshot import Snapshot
    from .inventory import Inventory
    from .request import LunRequest


@dataclass(frozen=True)
class Content:
    """The content that a new LUN begins with."""

    found: Lun | Snapshot | None
    """What is on the array already; ``None`` when the same plan makes or changes it first."""
    waits_for: str | None
    """The LUN of the same plan that must be finished first."""
    pool: str | None
    """Where the content lies; ``None`` when nobody said."""
    size: int
    """Bytes."""


def content_of(request: LunRequest, requests: dict[str, LunRequest], inventory: Inventory) -> Content:
    """What the source of ``request``, which has one, stands for.

    Raises NotFound for a source that nobody has, InvalidValue for one that the plan removes, never sizes, or makes from
    the LUN itself.
    """
    makers = _makers(request, requests, inventory)
    first = makers[-1] if makers else request
    there = inventory.luns.get(first.name) if makers else None
    origin = there or _on_array(first, inventory)
    pool = next((maker.pool for maker in makers if maker.pool), origin.pool if origin else None)
    asked = next((maker.size for maker in makers if maker.size is not None), None)
    if asked is not None:
        size = round_up(asked, inventory.capabilities.granularity)
    elif origin is not None:
        size = origin.size
    else:
        raise InvalidValue("size", None, f"is needed to make LUN {first.name}")
    return Content(None if makers else origin, makers[0].name if makers else None, pool, size)


def _makers(request: LunRequest, requests: dict[str, LunRequest], inventory: Inventory) -> list[LunRequest]:
    """The requests of the same plan for what ``request`` is made from, the nearest first."""
    makers: list[LunRequest] = []
    seen = {request.name}
    source = request.source
    while source is not None:
        maker = requests.get(source.lun)
        if maker is not None and not maker.present:
            raise InvalidValue("source.lun", maker.name, f"of LUN {request.name} is removed by the same task")
        if maker is None or source.snapshot:
            break
        if maker.name in seen:
            raise InvalidValue("source.lun", source.lun, f"and LUN {request.name} are made from each other")
        seen.add(maker.name)
        makers.append(maker)
        source = None if maker.name in inventory.luns else maker.source
    return makers


def _on_array(request: LunRequest, inventory: Inventory) -> Lun | Snapshot | None:
    """The LUN or snapshot on the array that ``request`` is made from, ``None`` when it is made from nothing."""
    source = request.source
    if source is None:
        return None
    lun = inventory.luns.get(source.lun)
    if lun is None:
        raise NotFound(f"source.lun: there is no LUN {source.lun} to make LUN {request.name} from")
    if source.snapshot is None:
        return lun
    for snapshot in inventory.snapshots.get(lun.wwid, ()):
        if snapshot.name == source.snapshot:
            return snapshot
    raise NotFound(f"source.snapshot: LUN {lun.name} has no snapshot {source.snapshot}")
