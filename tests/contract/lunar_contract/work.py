# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What clients in processes of their own do. Each function's name and arguments travel as JSON."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ansible_collections.lunar.storage.plugins.module_utils.arrays.control import control_of
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun, NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.luns import provision

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver


def create(driver: Driver, name: str, pool: str, size: int) -> str:
    """Make a LUN; its WWID."""
    with control_of(driver):
        return driver.create_lun(NewLun(name, pool, size)).wwid


def live(driver: Driver, name: str, pool: str, size: int, host: str, count: int) -> list[list[object]]:
    """Make LUNs, map all of them, remove every second one; WWID and LUN number of those that stay."""
    kept: list[list[object]] = []
    for index in range(count):
        with control_of(driver):
            lun = driver.create_lun(NewLun(f"{name}-{index}", pool, size))
            mapping = driver.map_lun(lun, host)
        if index % 2:
            with control_of(driver):
                driver.unmap_lun(lun, host)
                driver.delete_lun(lun)
        else:
            kept.append([lun.wwid, mapping.lun_number])
    return kept


def look(driver: Driver, rounds: int) -> int:
    """List all that there is, again and again; how often."""
    questions = (
        driver.pools,
        driver.luns,
        driver.snapshots,
        driver.exports,
        driver.hosts,
        driver.mappings,
        driver.statistics,
        driver.activities,
    )
    for _turn in range(rounds):
        for ask in questions:
            ask()
    return rounds


def map_to(driver: Driver, wwid: str, host: str, lun_number: int | None) -> int:
    """Map a LUN; its number."""
    with control_of(driver):
        return driver.map_lun(_lun(driver, wwid), host, lun_number).lun_number


def delete(driver: Driver, wwid: str, name: str, pool: str, size: int) -> bool:
    """Remove a LUN that may be gone already."""
    with control_of(driver):
        found = [lun for lun in driver.luns() if lun.wwid == wwid]
        return driver.delete_lun(found[0] if found else Lun(wwid, wwid, name, pool, size, None, None, None))


def create_host(driver: Driver, name: str, initiator: str) -> list[str]:
    """Make a host known; its initiators."""
    with control_of(driver):
        return list(driver.create_host(name, [initiator]).initiators)


def grow(driver: Driver, wwid: str, size: int) -> int:
    """Make a LUN larger; its size."""
    with control_of(driver):
        return driver.grow_lun(_lun(driver, wwid), size).size


def ask_for(driver: Driver, options: dict[str, object]) -> list[dict[str, object]]:
    """Run the module ``lun``; what it tells of the LUNs."""
    return provision(driver.connection, options).luns


def control_alone(driver: Driver, folder: str, rounds: int) -> int:
    """Take control again and again; how often somebody else had it at the same time."""
    overlaps = 0
    mark = Path(folder) / "in-control"
    for _turn in range(rounds):
        with control_of(driver):
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:
                overlaps += 1
                continue
            time.sleep(0.005)
            mark.unlink()
    return overlaps


def copy_and_die(driver: Driver, wwid: str, name: str, pool: str, method: str) -> str:
    """Be killed in the midst of a clone or copy; ``survived`` when the array did it before a word of progress."""

    def die(done: int, total: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    source = _lun(driver, wwid)
    replicate = driver.clone_lun if method == "clone" else driver.copy_lun
    with control_of(driver):
        replicate(source, NewLun(name, pool), die)
    return "survived"


def _lun(driver: Driver, wwid: str) -> Lun:
    return next(lun for lun in driver.luns() if lun.wwid == wwid)
