# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proof that the suite is worth something: at each point it finds broken drivers out, and lets healthy ones pass."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from broken_arrays.harnesses import DRIVERS, HEALTHY
from broken_arrays.proof import OUTCOMES
from broken_arrays.register import BROKEN
from distributions import install, run_suite
from lunar_contract.plugin import POINTS

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    harness: str
    test: str
    when: str
    outcome: str
    points: list[int]
    words: str


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    """What became of every test that a broken driver must fail, on that driver and on the healthy one.

    Workers of pytest-xdist have their folders side by side, and share one run.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    told = shared / "broken-arrays.json"
    with (shared / "broken-arrays.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            _prove(tmp_path_factory.mktemp("proof"), told)
    return [Outcome(**one) for one in json.loads(told.read_text(encoding="utf-8"))]


def _prove(folder: Path, told: Path) -> None:
    install(folder, "broken-arrays", {name: f"{one.__module__}:{name}" for name, one in DRIVERS.items()})
    run = run_suite(folder, "-p", "broken_arrays.proof", path=[], **{OUTCOMES: str(told)})
    assert told.exists(), run.stdout + run.stderr


@pytest.mark.parametrize("name", BROKEN)
def test_broken_driver_is_caught(outcomes: list[Outcome], name: str) -> None:
    mine = [one for one in outcomes if one.harness == name]
    failed = {one.test for one in mine if (one.when, one.outcome) == ("call", "failed")}
    assert failed == set(BROKEN[name].caught_by)
    assert all(BROKEN[name].point in one.points for one in mine)


@pytest.mark.parametrize("harness", HEALTHY)
def test_healthy_driver_passes(outcomes: list[Outcome], harness: str) -> None:
    mine = [one for one in outcomes if one.harness == harness]
    assert mine
    assert {one.test: one.words for one in mine if one.outcome != "passed"} == {}


@pytest.mark.parametrize("point", POINTS)
def test_every_point_has_tests_and_broken_drivers(outcomes: list[Outcome], point: int) -> None:
    assert [one for one in outcomes if point in one.points and one.harness == "DirectoryHarness"]
    assert [name for name, broken in BROKEN.items() if broken.point == point]
