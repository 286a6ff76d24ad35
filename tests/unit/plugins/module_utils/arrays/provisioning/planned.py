# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Arrays to plan against, and what becomes of a task on them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.inventory import (
    Inventory,
    inventory_of,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import Refused, plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.steps import (
    Step,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot

from ..memory_array import CAPABILITIES
from .asked import IQN, asked

GIB = 1024**3
A = Lun("naa.3000000000000001", "1", "a", "gold", GIB, "thin", 0, "the first")
B = Lun("naa.3000000000000002", "2", "b", "silver", 2 * GIB, "thick", 0, None)
MONDAY = Snapshot("s1", "monday", A.wwid, "gold", GIB // 2, None, None)
ALPHA = Host("alpha", (IQN + "alpha",))
BETA = Host("beta", (IQN + "beta", IQN + "beta2"))
POOLS = (Pool("gold", 100 * GIB, 0, 100 * GIB, 0, None), Pool("silver", 10 * GIB, 2 * GIB, 8 * GIB, 2 * GIB, None))


def holding(*luns: Lun, on: dict[tuple[Lun, str], int] | None = None, **other: Any) -> Inventory:
    """An array with these LUNs, mapped to these hosts with these numbers."""
    values: dict[str, Any] = {"capabilities": CAPABILITIES, "pools": POOLS, "hosts": (ALPHA, BETA), **other}
    mappings = [Mapping(lun.wwid, name, number, None) for (lun, name), number in (on or {}).items()]
    return inventory_of(values.pop("capabilities"), luns=luns, mappings=mappings, **values)


def steps(inventory: Inventory, **lun: Any) -> list[Step]:
    """The steps for one LUN."""
    (one,) = plan(asked(**lun), inventory).luns
    return list(one.steps)


def refusal(inventory: Inventory, *luns: dict[str, Any], **task: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        plan(asked(*luns, **task), inventory)
    return caught.value


def assert_refused(inventory: Inventory, kind: str, *words: str, **lun: Any) -> None:
    refused = refusal(inventory, **lun)
    assert refused.kind == kind
    assert [word for word in words if word not in str(refused)] == []


def without(capability: str) -> dict[str, Any]:
    return {"capabilities": replace(CAPABILITIES, **{capability: False})}
