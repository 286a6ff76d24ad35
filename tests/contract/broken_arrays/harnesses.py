# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Harnesses of the broken drivers, by the driver's name; and of healthy ones that are used in an unusual way."""

from __future__ import annotations

from typing import ClassVar

from lunar_contract.harnesses.directory import DirectoryHarness
from lunar_contract.state import State, state_of

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver

from . import drivers_of_failures, drivers_of_hosts, drivers_of_luns
from .register import BROKEN

HEALTHY = ("DirectoryHarness", "OneAtATimeHarness", "KeptHarness")
DRIVERS: dict[str, type[DirectoryDriver]] = {
    "OneAtATime": drivers_of_failures.OneAtATime,
    **{name: broken.driver for name, broken in BROKEN.items()},
}
"""All drivers to be installed, by name."""

__all__ = ["BROKEN", "HEALTHY", "DirectoryHarness", "drivers_of_hosts", "drivers_of_luns"]


class OneAtATimeHarness(DirectoryHarness):
    """An array that bears one client at a time."""

    driver: ClassVar[str] = "OneAtATime"


class KeptHarness(DirectoryHarness):
    """One array for all tests, which the suite must leave as it found it."""

    is_fresh: ClassVar[bool] = False

    def set_up(self) -> None:
        self.workspace = self.workspace.parent / "kept"
        super().set_up()
        client = self.client()
        left_behind = state_of(client)
        client.close()
        if left_behind != State(*[frozenset()] * 5):
            raise RuntimeError(f"the test before left something behind: {left_behind}")


globals().update({name: type(name, (DirectoryHarness,), {"driver": name, "patience": 0.5}) for name in BROKEN})
