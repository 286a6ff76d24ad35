# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Carrying out a plan: independent LUNs side by side, and no LUN's failure stops the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...errors import StorageError
from .plan import rounds
from .steps import LunNow, Map

if TYPE_CHECKING:
    from ..driver import Driver
    from ..lun import Lun
    from ..mapping import Mapping
    from .plan import LunPlan, Plan
    from .steps import PrepareHost


@dataclass(frozen=True)
class Outcome:
    """What became of one LUN."""

    plan: LunPlan
    lun: Lun | None
    """As it is now; ``None`` when there is none."""
    mappings: tuple[Mapping, ...]
    actions: tuple[str, ...]
    """What was done: the ``action`` of each step, once."""
    error: StorageError | None
    """What stopped it after these actions."""


def carry_out(plan: Plan, driver: Driver) -> list[Outcome]:
    """Do all that is planned and tell what became of each LUN, in the plan's order."""
    failed_hosts = _prepare_hosts(plan.hosts, driver)
    made: dict[str, Lun] = {}
    outcomes: dict[str, Outcome] = {}
    with ThreadPoolExecutor(max_workers=driver.capabilities().parallel_calls) as pool:
        for ready in rounds(plan.luns):
            finished = list(pool.map(lambda lun: _carry_out_lun(lun, driver, made, failed_hosts), ready))
            outcomes.update({one.plan.request.name: one for one in finished})
            made.update({one.plan.request.name: one.lun for one in finished if one.lun and not one.error})
    return [outcomes[lun.request.name] for lun in plan.luns]


def unchanged(plan: Plan) -> list[Outcome]:
    """The outcomes of a plan of which nothing was carried out."""
    return [Outcome(lun, lun.before, lun.mapped_before, (), None) for lun in plan.luns]


def _prepare_hosts(hosts: tuple[PrepareHost, ...], driver: Driver) -> dict[str, StorageError]:
    failed = {}
    for one in hosts:
        try:
            one.carry_out(driver)
        except StorageError as error:
            failed[one.host.name] = error
    return failed


def _carry_out_lun(
    plan: LunPlan, driver: Driver, made: dict[str, Lun], failed_hosts: dict[str, StorageError]
) -> Outcome:
    now = LunNow(plan.before, {mapping.host: mapping for mapping in plan.mapped_before})
    actions: dict[str, None] = {}
    failure = None
    for step in plan.steps:
        try:
            if isinstance(step, Map):
                _map(step, driver, now, made, failed_hosts)
            else:
                step.carry_out(driver, now, made)
        except StorageError as error:
            failure = error
            break
        actions[step.action] = None
    mappings = tuple(sorted(now.mappings.values(), key=lambda mapping: mapping.host))
    return Outcome(plan, now.lun, mappings, tuple(actions), failure)


def _map(step: Map, driver: Driver, now: LunNow, made: dict[str, Lun], failed_hosts: dict[str, StorageError]) -> None:
    """Map to the hosts that the array knows; then tell of one that it does not."""
    step.without(failed_hosts).carry_out(driver, now, made)
    for host in step.hosts:
        if host in failed_hosts:
            raise failed_hosts[host]
