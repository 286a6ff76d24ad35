# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Twenty clients of one array at once, each a process that makes, grows, maps, copies and removes what it likes."""

from __future__ import annotations

import random
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Any

from .array_state import discords, driver_of, lun_files
from .tasks import Task, TaskServer, lun_task, make_array, make_lun, run_lun

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .tasks import Ended

CLIENTS = 20
TASKS = 8
LUNS = [f"lun{number}" for number in range(10)]
HOSTS = [{"name": f"host{number}", "initiators": [f"iqn.2026-01.com.example:host{number}"]} for number in range(4)]
# What a client may be told when another was quicker. Anything else is an error of the array's own making.
FAIR = {"name_in_use", "not_found", "busy", "still_mapped", "invalid_value", "no_space"}


def test_clients_that_work_on_the_same_luns_leave_the_array_consistent(tmp_path: Path) -> None:
    array = array_with_a_source(tmp_path)
    ends = [end for ends in all_at_once(lambda seed: work(array, seed)) for end in ends]
    assert [end for end in ends if end.status != 0] == []
    assert [error for end in ends for error in errors_of(end) if error[0] not in FAIR] == []
    assert done_by(ends) > CLIENTS
    assert discords(array) == []
    assert contradictions(array) == []


def test_clients_of_which_some_are_killed_leave_what_one_more_task_puts_right(tmp_path: Path) -> None:
    array = array_with_a_source(tmp_path)
    ends = [end for ends in all_at_once(lambda seed: work(array, seed, dying=0.5)) for end in ends]
    assert {end.status for end in ends} == {0, -signal.SIGALRM}
    assert [error for end in ends for error in errors_of(end) if error[0] not in FAIR] == []
    run_lun(array, name="another", size="1MiB", pool="gold")
    assert discords(array) == []
    assert contradictions(array) == []


def array_with_a_source(folder: Path) -> Path:
    array = make_array(folder / "array", gold="1GiB", silver="64MiB")
    made = make_lun(array, name="source", size="2MiB", pool="gold")
    lun_files(array)[made["wwid"]].write_bytes(b"source" * 1000 + b"\0" * (made["size"] - 6000))
    return array


def all_at_once(client: Callable[[int], list[Ended]]) -> list[list[Ended]]:
    """What came of each client; it is given its number."""
    with ThreadPoolExecutor(CLIENTS) as clients:
        return list(clients.map(client, range(CLIENTS)))


def work(array: Path, seed: int, dying: float = 0.0) -> list[Ended]:
    """One client's tasks, each in a process that dies before its end with the probability ``dying``."""
    choice = random.Random(seed)  # noqa: S311  # the same choices in each run
    ends = []
    with closing(TaskServer()) as server:
        for _turn in range(TASKS):
            dies_after = choice.uniform(0.001, 0.2) if choice.random() < dying else None
            task = Task("provision", lun_task(**wish(choice)), threads=True, dies_after=dies_after)
            ends.append(server.run(array, task))
    return ends


def wish(choice: random.Random) -> dict[str, Any]:
    name = choice.choice(LUNS)
    hosts = choice.sample(HOSTS, choice.randint(1, 3))
    kind = choice.choice(["thin", "thick"])
    source = {"lun": choice.choice([*LUNS, "source"]), "method": choice.choice(["clone", "copy"])}
    return choice.choice(
        [
            {"name": name, "size": f"{choice.randint(1, 4)}MiB", "pool": choice.choice(["gold", "silver"])},
            {"name": name, "size": "3MiB", "pool": "gold", "provisioning": kind, "hosts": hosts},
            {"name": name, "size": f"{choice.randint(4, 8)}MiB", "pool": "gold"},
            {"name": name, "source": source} if source["lun"] != name else {"name": name, "source": {"lun": "source"}},
            {"name": name, "size": "2MiB", "pool": "gold", "hosts": hosts, "append": True},
            {"name": name, "size": "2MiB", "pool": "gold", "hosts": hosts[:1], "lun_number": choice.randint(0, 5)},
            {"name": name, "size": "1MiB", "pool": "gold", "hosts": [], "force_unmap": True, "allow_shrink": True},
            {"name": name, "state": "absent", "force_unmap": True},
            {"luns": [{"name": one} for one in choice.sample(LUNS, 3)], "size": "2MiB", "pool": "gold", "hosts": hosts},
        ]
    )


def errors_of(end: Ended) -> list[tuple[str, str]]:
    if end.told is None:
        return []
    if "refused" in end.told:
        return [(end.told["refused"], end.told["why"])]
    return [(lun["error"]["kind"], lun["error"]["msg"]) for lun in end.told["told"]["luns"] if lun["error"]]


def done_by(ends: list[Ended]) -> int:
    return sum(1 for end in ends if end.told and end.told.get("told", {}).get("changed"))


def contradictions(array: Path) -> list[str]:
    """What is given twice, or does not add up."""
    with driver_of(array) as driver:
        luns, mappings, hosts, pools = driver.luns(), driver.mappings(), driver.hosts(), driver.pools()
        assert driver.activities() == []
    found = [
        *(f"name {name} twice" for name, count in Counter(lun.name for lun in luns).items() if count > 1),
        *(f"WWID {wwid} twice" for wwid, count in Counter(lun.wwid for lun in luns).items() if count > 1),
        *(
            f"LUN number {number} twice on {host}"
            for (host, number), count in Counter((one.host, one.lun_number) for one in mappings).items()
            if count > 1
        ),
        *(
            f"{initiator} twice"
            for initiator, count in Counter(initiator for host in hosts for initiator in host.initiators).items()
            if count > 1
        ),
    ]
    for pool in pools:
        mine = [lun for lun in luns if lun.pool == pool.name]
        if pool.subscribed != sum(lun.size for lun in mine):
            found.append(f"pool {pool.name} subscribes {pool.subscribed} for {mine}")
        used = sum((lun.size if lun.provisioning == "thick" else lun.used) or 0 for lun in mine)
        if pool.used != used or pool.free != (pool.total or 0) - used:
            found.append(f"pool {pool} uses {used}")
    return found
