# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs, as ratios measured side by side in one run of this file.

The floor is a module that does nothing, run as Ansible runs every module: a playbook with one task more or less.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.volume_files import sync_folder

pytestmark = pytest.mark.benchmark

CHECKOUT = Path(__file__).parents[2]
ROUNDS = 3
EMPTY_MODULE = """#!/usr/bin/python
from ansible.module_utils.basic import AnsibleModule
AnsibleModule(argument_spec={}, supports_check_mode=True).exit_json(changed=False)
"""
HOSTS = [{"name": name, "initiators": [f"iqn.2026-01.com.example:{name}"]} for name in ("alpha", "beta", "gamma")]


class Bench:
    """Runs single tasks in a folder of its own and takes their time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "library").mkdir()
        (path / "library" / "empty.py").write_text(EMPTY_MODULE)

    def seconds(self, module: str, arguments: dict[str, Any]) -> float:
        """Wall-clock seconds of one task, from the module's start to its result on the controller."""
        started = perf_counter()
        self.run([(module, arguments)])
        return perf_counter() - started

    def run(self, tasks: list[tuple[str, dict[str, Any]]], **environment: str) -> None:
        play = {"hosts": "localhost", "gather_facts": False, "tasks": [{name: value} for name, value in tasks]}
        playbook = self.path / "playbook.yml"
        playbook.write_text(json.dumps([play]))
        subprocess.run(
            ["ansible-playbook", str(playbook)],
            check=True,
            stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            env={
                **os.environ,
                "ANSIBLE_CONFIG": str(CHECKOUT / "ansible.cfg"),
                "ANSIBLE_LIBRARY": str(self.path / "library"),
                **environment,
            },
        )

    def payload(self, module: str, arguments: dict[str, Any]) -> int:
        """Bytes that Ansible ships for one task: it is told to keep what it would remove."""
        kept = self.path / f"kept-{module}"
        self.run([(module, arguments)], ANSIBLE_KEEP_REMOTE_FILES="1", ANSIBLE_REMOTE_TMP=str(kept))
        (shipped,) = kept.glob("*/AnsiballZ_*.py")
        return shipped.stat().st_size

    def array(self, name: str) -> str:
        """A new array's address."""
        address = str(self.path / name)
        pools = [{"name": "gold", "capacity": "1PiB"}]
        options = {"address": address, "name": None, "pools": pools, "allow_faults": False, "force": False}
        folder.change({**options, "state": "present"}).carry_out()
        return address


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def luns_task(address: str, count: int) -> dict[str, Any]:
    names = [{"name": f"lun-{number}"} for number in range(count)]
    return {"array": {"address": address}, "pool": "gold", "size": "1GiB", "hosts": HOSTS, "luns": names}


def bare_files(path: Path, count: int) -> float:
    """Seconds to make the durable sparse files and links that a task makes, with nothing around them."""
    folders = [path / "luns", *(path / host["name"] for host in HOSTS)]
    for folder_path in folders:
        folder_path.mkdir(parents=True)
    started = perf_counter()
    for number in range(count):
        file = folders[0] / str(number)
        descriptor = os.open(file, os.O_CREAT | os.O_RDWR)
        os.ftruncate(descriptor, 1024**3)
        os.fsync(descriptor)
        os.close(descriptor)
        for host in folders[1:]:
            (host / str(number)).symlink_to(file)
            sync_folder(host)
    return perf_counter() - started


def test_lun_by_number_of_luns(bench: Bench) -> None:
    counts = (1, 10, 100, 1000)
    empty = []
    made: dict[int, list[float]] = {count: [] for count in counts}
    again: dict[int, list[float]] = {count: [] for count in counts}
    files: dict[int, list[float]] = {count: [] for count in counts}
    for turn in range(ROUNDS):
        empty.append(bench.seconds("empty", {}))
        for count in counts:
            task = luns_task(bench.array(f"array-{turn}-{count}"), count)
            made[count].append(bench.seconds("lunar.storage.lun", task))
            again[count].append(bench.seconds("lunar.storage.lun", task))
            files[count].append(bare_files(bench.path / f"files-{turn}-{count}", count))
    one = median(made[1])
    print("\nlun: made and mapped to three hosts, in units of one LUN's task")
    print(f"{'LUNs':>6} {'made':>8} {'less its files':>15} {'again':>8}")
    for count in counts:
        own = median(made[count]) - median(files[count])
        print(f"{count:>6} {median(made[count]) / one:>8.2f} {own / one:>15.2f} {median(again[count]) / one:>8.2f}")
    print(f"the empty module's task: {median(empty) / one:.2f}")


def test_storage_array_info_on_ten_thousand_luns(bench: Bench) -> None:
    address = bench.array("array")
    task = luns_task(address, 10_000)
    bench.run([("lunar.storage.lun", {**task, "hosts": HOSTS[:1]})])
    empty, luns, everything, one = [], [], [], []
    for _turn in range(ROUNDS):
        empty.append(bench.seconds("empty", {}))
        ask = {"array": {"address": address}}
        luns.append(bench.seconds("lunar.storage.storage_array_info", {**ask, "gather_subset": ["luns"]}))
        everything.append(bench.seconds("lunar.storage.storage_array_info", ask))
        named = {**ask, "gather_subset": ["luns", "mappings"], "filters": {"name": ["lun-7"]}}
        one.append(bench.seconds("lunar.storage.storage_array_info", named))
    print("\nstorage_array_info on 10,000 LUNs, in units of the empty module's task")
    for name, seconds in (("luns", luns), ("everything", everything), ("one LUN by name", one)):
        print(f"{name:>16} {median(seconds) / median(empty):>8.2f}")


def test_payloads(bench: Bench) -> None:
    address = bench.array("array")
    tasks = {
        "directory_array": {"address": address},
        "lun": luns_task(address, 1),
        "storage_array_info": {"array": {"address": address}},
    }
    empty = bench.payload("empty", {})
    print("\nwhat Ansible ships for a task, in units of the empty module's")
    for module, arguments in tasks.items():
        size = bench.payload(f"lunar.storage.{module}", arguments)
        print(f"{module:>20} {size / empty:>8.2f} ({size // 1024} KiB)")
