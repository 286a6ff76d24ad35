# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the documentation shows runs as it stands, but for the place of the array."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

CHECKOUT = Path(__file__).parents[2]
MODULES = sorted(path.stem for path in (CHECKOUT / "plugins/modules").glob("*.py"))
DOCUMENTED_PLACE = "/srv/array"


@pytest.mark.parametrize("module", MODULES)
def test_the_examples_of_a_module_run(module: str, tmp_path: Path) -> None:
    tasks = yaml.safe_load(examples_of(module).replace(DOCUMENTED_PLACE, str(tmp_path / "array")))
    if module != "directory_array":
        tasks.insert(0, embedded_array(tmp_path / "array"))
    play(tmp_path, [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])


def test_the_first_playbook_of_the_readme_runs_and_changes_nothing_the_second_time(tmp_path: Path) -> None:
    readme = (CHECKOUT / "README.md").read_text()
    (playbook,) = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", readme, re.DOTALL))
    make = {"hosts": "localhost", "gather_facts": False, "tasks": [embedded_array(tmp_path / "build/lab/array")]}
    play(tmp_path, [make])
    assert "changed=1 " in play(tmp_path, playbook)
    assert "changed=0 " in play(tmp_path, playbook)


def examples_of(module: str) -> str:
    """The text of the module's EXAMPLES."""
    tree = ast.parse((CHECKOUT / f"plugins/modules/{module}.py").read_text())
    (text,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "EXAMPLES"
    )
    return str(ast.literal_eval(text))


def embedded_array(address: Path) -> dict[str, Any]:
    """The task that makes the array of the examples."""
    pools = [{"name": "gold", "capacity": "10TiB"}, {"name": "silver", "capacity": "10TiB"}]
    return {"lunar.storage.directory_array": {"address": str(address), "pools": pools}}


def play(folder: Path, plays: list[dict[str, Any]]) -> str:
    """Run the plays from within ``folder``, and give what is printed. Fails when they fail."""
    playbook = folder / "playbook.yml"
    playbook.write_text(yaml.safe_dump(plays))
    run = subprocess.run(
        ["ansible-playbook", str(playbook)],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, "PWD": str(folder), "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")},
    )
    assert run.returncode == 0, run.stdout
    return run.stdout
