# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Making LUNs what a task asks them to be: read once, plan, carry out."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..control import control_of
from ..registry import connect
from .carry_out import carry_out
from .inventory import read
from .plan import plan
from .request import requests_of
from .result import diffs, predicted, results

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..connection import Connection


@dataclass(frozen=True)
class Done:
    """The outcome of a task on LUNs."""

    changed: bool
    luns: list[dict[str, Any]]
    """As ``results`` tells them."""
    diff: list[dict[str, Any]]

    @property
    def failures(self) -> list[dict[str, Any]]:
        """The LUNs that an error stopped."""
        return [lun for lun in self.luns if lun["error"]]

    @property
    def failure(self) -> str:
        """One sentence about all failures."""
        told = "; ".join(dict.fromkeys(lun["error"]["msg"] for lun in self.failures))
        names = ", ".join(lun["name"] for lun in self.failures)
        return f"{len(self.failures)} of {len(self.luns)} LUNs failed ({names}): {told}"


def foresee(connection: Connection, options: Mapping[str, Any]) -> Done:
    """What :func:`provision` would do; nothing is changed. Raises StorageError as it would."""
    requests = requests_of(options)
    with closing(connect(connection)) as driver:
        inventory = read(driver)
    planned = plan(requests, inventory)
    return Done(not planned.is_empty, predicted(planned, inventory), diffs(planned))


def provision(connection: Connection, options: Mapping[str, Any]) -> Done:
    """Make the LUNs as the options of the module ``lun`` ask.

    Raises StorageError before anything is changed; what goes wrong later is told of each LUN.
    """
    requests = requests_of(options)
    with closing(connect(connection)) as driver, control_of(driver):
        driver.recover()
        inventory = read(driver)
        planned = plan(requests, inventory)
        outcomes = carry_out(planned, driver)
    changed = any(outcome.actions for outcome in outcomes) or bool(planned.hosts)
    return Done(changed, results(outcomes, inventory), diffs(planned))
