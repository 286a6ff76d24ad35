# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plug-in: puts each broken driver to the tests that must catch it, and writes what became of them."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from lunar_contract.plugin import points_of

from .harnesses import BROKEN

OUTCOMES = "BROKEN_ARRAYS_OUTCOMES"
"""The variable of the environment that names the file to write to."""

_KEPT_POINTS = {4, 5, 14}
_told: list[dict[str, object]] = []


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each test the harnesses for which it proves something."""
    points = {point for mark in metafunc.definition.iter_markers("point") for point in mark.args}
    wanted = _harnesses_for(metafunc.definition.name, points)
    metafunc.config.option.array_harness = [
        f"broken_arrays.harnesses:{name}" for name in wanted or ["DirectoryHarness"]
    ]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that prove nothing."""
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        item.user_properties.append(("points", sorted(points_of(item))))
        wanted = _harnesses_for(item.name.partition("[")[0], points_of(item))
        (kept if wanted and "harness_class" in getattr(item, "fixturenames", ()) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the outcome of what a test did, and of a fixture that went wrong."""
    if report.when == "call" or not report.passed:
        test, _bracket, case = report.nodeid.rpartition("::")[2].partition("[")
        _told.append(
            {
                "harness": case.rstrip("]").partition("-")[0],
                "test": test,
                "when": report.when,
                "outcome": report.outcome,
                "points": dict(report.user_properties)["points"],
                "words": report.longreprtext[-600:],
            }
        )


def pytest_sessionfinish() -> None:
    """Write all outcomes."""
    Path(os.environ[OUTCOMES]).write_text(json.dumps(_told), encoding="utf-8")


def _harnesses_for(test: str, points: set[int]) -> list[str]:
    caught = [name for name, broken in BROKEN.items() if test in broken.caught_by]
    healthy = {
        "DirectoryHarness": bool(caught),
        "OneAtATimeHarness": 13 in points,
        "KeptHarness": bool(points & _KEPT_POINTS),
    }
    return [*caught, *(name for name, is_wanted in healthy.items() if is_wanted)]
