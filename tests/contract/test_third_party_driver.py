# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A third party installs the suite and its own driver, and runs the one on the other."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from distributions import HERE, install, run_suite

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess

SAMPLE = HERE / "third_party"
ACME = "--array-harness=acme_arrays.harness:AcmeHarness"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> CompletedProcess[str]:
    """The run of a few points on the sample."""
    folder: Path = tmp_path_factory.mktemp("third_party")
    install(folder, "acme-arrays", {"acme": "acme_arrays.driver:AcmeDriver"})
    return run_suite(folder, ACME, "--array-point=1", "--array-point=11", "--array-point=14", path=[SAMPLE])


def test_suite_runs_on_an_installed_driver(run: CompletedProcess[str]) -> None:
    passed = re.search(r"(\d+) passed", run.stdout)
    assert run.returncode == 0, run.stdout + run.stderr
    assert passed is not None
    assert int(passed[1]) > 30


def test_what_the_harness_declares_impossible_is_told(run: CompletedProcess[str]) -> None:
    assert "not shown on this array" in run.stdout
    assert re.search(r"impossible: Acme's arrays do not fail when asked to: \d+ tests \(test_", run.stdout)
    assert re.search(r"impossible: Acme's arrays are never slow: \d+ tests \(test_", run.stdout)


def test_what_the_array_does_not_claim_is_told(run: CompletedProcess[str]) -> None:
    assert re.search(r"the array does not claim: shrink: \d+ tests \(test_", run.stdout)


def test_points_that_were_not_asked_for_are_left_out(run: CompletedProcess[str]) -> None:
    assert re.search(r"\d+ deselected", run.stdout)


def test_suite_without_a_harness_says_what_is_missing(tmp_path: Path) -> None:
    run = run_suite(tmp_path, "--collect-only", path=[])
    assert run.returncode != 0
    assert "--array-harness package.module:Class" in run.stdout + run.stderr


def test_harness_that_cannot_be_found_is_named(tmp_path: Path) -> None:
    run = run_suite(tmp_path, "--array-harness=nowhere.harness:Harness", "--collect-only", path=[])
    assert run.returncode != 0
    assert "nowhere.harness:Harness" in run.stdout + run.stderr


def test_installed_driver_serves_the_modules_as_ansible_ships_them(tmp_path: Path) -> None:
    install(tmp_path, "acme-arrays", {"acme": "acme_arrays.driver:AcmeDriver"})
    place = str(tmp_path / "array")
    array = {"driver": "acme", "address": place}
    tasks = [
        {"lunar.storage.directory_array": {"address": place, "pools": [{"name": "gold", "capacity": "1GiB"}]}},
        {"lunar.storage.lun": {"array": array, "name": "one", "pool": "gold", "size": "1MiB"}},
        {"lunar.storage.storage_array_info": {"array": array}, "register": "report"},
        {
            "ansible.builtin.assert": {
                "that": ["not report.arrays[0].capabilities.clone", "report.arrays[0].luns[0].name == 'one'"]
            }
        },
    ]
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{SAMPLE}"}
    run = subprocess.run(["ansible-playbook", playbook], check=False, capture_output=True, text=True, env=environment)
    assert run.returncode == 0, run.stdout + run.stderr
