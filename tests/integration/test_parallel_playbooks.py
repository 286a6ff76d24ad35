# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many engineers, one array: whole runs of ansible-playbook side by side."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder
from ansible_collections.lunar.storage.plugins.module_utils.arrays.registry import connect

RUNS = 20
CHECKOUT = Path(__file__).parents[2]

PLAYBOOK = """
- hosts: localhost
  gather_facts: false
  module_defaults:
    group/lunar.storage.array:
      array: {address: "{{ address }}"}
  tasks:
    - lunar.storage.lun:
        pool: gold
        size: 16MiB
        hosts:
          - {name: shared, initiators: [iqn.2026-01.com.example:shared]}
          - {name: "own-{{ run }}", initiators: ["iqn.2026-01.com.example:own-{{ run }}"]}
        luns:
          - {name: everybodys, hosts: [{name: shared, initiators: [iqn.2026-01.com.example:shared]}]}
          - {name: "kept-{{ run }}"}
          - {name: "clone-{{ run }}", source: {lun: "kept-{{ run }}"}}
          - {name: "gone-{{ run }}"}
    - lunar.storage.lun:
        force_unmap: true
        luns:
          - {name: "gone-{{ run }}", state: absent}
          - {name: "kept-{{ run }}", size: 32MiB}
"""


@pytest.mark.slow
def test_twenty_playbooks_against_one_array_end_consistent(tmp_path: Path) -> None:
    address = tmp_path / "array"
    folder.change(
        {
            "address": str(address),
            "name": None,
            "pools": [{"name": "gold", "capacity": "10GiB"}],
            "allow_faults": False,
            "force": False,
            "state": "present",
        }
    ).carry_out()
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(PLAYBOOK)

    runs = [_start(playbook, address, number) for number in range(RUNS)]
    for run in runs:
        output, _errors = run.communicate(timeout=300)
        assert run.returncode == 0, output

    _assert_consistent(address)


def _start(playbook: Path, address: Path, number: int) -> subprocess.Popen[str]:
    variables = json.dumps({"address": str(address), "run": number})
    return subprocess.Popen(
        ["ansible-playbook", "--extra-vars", variables, str(playbook)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg")},
    )


def _assert_consistent(address: Path) -> None:
    with closing(connect(Connection("directory", str(address)))) as driver:
        luns = driver.luns()
        mappings = driver.mappings()
        hosts = driver.hosts()
        pool = driver.pools()[0]
    assert {lun.name for lun in luns} == {
        "everybodys",
        *(f"{kind}-{run}" for kind in ("kept", "clone") for run in range(RUNS)),
    }
    assert {lun.size for lun in luns if lun.name.startswith("kept")} == {32 * 1024**2}
    assert len({lun.wwid for lun in luns}) == len(luns)
    assert {host.name for host in hosts} == {"shared", *(f"own-{run}" for run in range(RUNS))}
    assert max(Counter((one.host, one.lun_number) for one in mappings).values()) == 1
    assert Counter(one.host for one in mappings)["shared"] == len(luns)
    links = {str(link) for link in (address / "hosts").glob("*/*")}
    assert links == {one.path for one in mappings}
    assert {path.stem for path in (address / "pools/gold/luns").iterdir()} == {lun.wwid for lun in luns}
    assert pool.subscribed == sum(lun.size for lun in luns)
