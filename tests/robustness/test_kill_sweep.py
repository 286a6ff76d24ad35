# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A task may die at any instant: before each of its calls that change a file, one after the other, it is killed.

strace places the kills, so the product has no hooks for them. After each kill every LUN that is listed is whole; the
same task again ends as if nothing had happened, leaves nothing over, and run once more changes nothing.
"""

from __future__ import annotations

import signal
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from .array_state import discords, driver_of, lun_files, state_of
from .tasks import Task, array_task, capacities, lun_task, make_array, make_lun, run_array, run_lun

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .array_state import ArrayState
    from .mounts import Mounts
    from .tasks import Call, Ended, TaskServer

MIB = 1024**2
ALPHA = {"name": "alpha", "initiators": ["iqn.2026-01.com.example:alpha"]}
BETA = {"name": "beta", "initiators": ["iqn.2026-01.com.example:beta", "10:00:00:00:c9:00:00:01"]}
SOURCE = {"name": "source", "size": "3MiB", "pool": "gold"}
PLAIN = {**SOURCE, "name": "work"}
THICK = {**PLAIN, "provisioning": "thick"}
MAPPED = {**PLAIN, "hosts": [ALPHA]}
COPY = {"lun": "source", "method": "copy"}


@dataclass(frozen=True)
class Operation:
    """A task, and the LUNs that are there before."""

    task: dict[str, Any]
    must_call: str
    """A call without which the sweep would not have seen the operation."""
    before: list[dict[str, Any]] = field(default_factory=list)


LUN_OPERATIONS = {
    "create thin": Operation({"name": "new", "size": "1MiB", "pool": "gold"}, "ftruncate"),
    "create thick": Operation({"name": "new", "size": "1MiB", "pool": "gold", "provisioning": "thick"}, "fallocate"),
    "create and map": Operation({"name": "new", "size": "1MiB", "pool": "gold", "hosts": [ALPHA, BETA]}, "symlink"),
    "clone": Operation({"name": "work", "source": {"lun": "source"}}, "ioctl", [SOURCE]),
    "copy": Operation({"name": "work", "source": COPY}, "pwrite64", [SOURCE]),
    "copy, grow and map": Operation(
        {"name": "work", "size": "4MiB", "source": COPY, "hosts": [ALPHA]}, "symlink", [SOURCE]
    ),
    "copy to another pool": Operation(
        {"name": "work", "pool": "silver", "provisioning": "thick", "source": COPY}, "fallocate", [SOURCE]
    ),
    "grow thin": Operation({"name": "work", "size": "5MiB"}, "ftruncate", [PLAIN]),
    "grow thick": Operation({"name": "work", "size": "5MiB"}, "fallocate", [THICK]),
    "shrink": Operation({"name": "work", "size": "1MiB", "allow_shrink": True}, "ftruncate", [PLAIN]),
    "map": Operation({"name": "work", "hosts": [ALPHA]}, "symlink", [PLAIN]),
    "unmap": Operation({"name": "work", "hosts": [], "force_unmap": True}, "unlink", [MAPPED]),
    "map elsewhere": Operation({"name": "work", "hosts": [BETA], "force_unmap": True}, "unlink", [MAPPED]),
    "describe": Operation({"name": "work", "description": "the new one"}, "pwrite64", [MAPPED]),
    "delete": Operation({"name": "work", "state": "absent"}, "unlink", [PLAIN]),
    "delete mapped": Operation({"name": "work", "state": "absent", "force_unmap": True}, "unlink", [MAPPED]),
}


@pytest.mark.parametrize("name", LUN_OPERATIONS)
def test_a_task_on_a_lun_killed_anywhere_is_finished_by_the_repeat(
    name: str, tmp_path: Path, task_server: TaskServer
) -> None:
    assert_survives(LunSweep(LUN_OPERATIONS[name], tmp_path, task_server))


def test_a_clone_that_shares_blocks_killed_anywhere_is_finished_by_the_repeat(
    mounts: Mounts, task_server: TaskServer
) -> None:
    assert_survives(LunSweep(LUN_OPERATIONS["clone"], mounts.xfs("300M"), task_server))


ARRAY_OPERATIONS = {
    "make": Operation({"pools": capacities(gold="64MiB", silver="64MiB")}, "mkdir"),
    "add a pool": Operation({"pools": capacities(bronze="64MiB")}, "mkdir", [MAPPED]),
    "remove": Operation({"state": "absent", "force": True}, "unlink", [MAPPED]),
}


@pytest.mark.parametrize("name", ARRAY_OPERATIONS)
def test_a_task_on_an_array_killed_anywhere_is_finished_by_the_repeat(
    name: str, tmp_path: Path, task_server: TaskServer
) -> None:
    assert_survives(ArraySweep(ARRAY_OPERATIONS[name], tmp_path, task_server))


MANY = {
    "size": "1MiB",
    "pool": "gold",
    "hosts": [ALPHA, BETA],
    "luns": [
        *({"name": f"new{number}", "lun_number": number} for number in range(4)),
        {"name": "copy", "lun_number": 4, "size": "3MiB", "source": COPY},
        {"name": "copy-of-the-copy", "lun_number": 5, "size": "3MiB", "source": {"lun": "copy"}},
    ],
}


@pytest.mark.parametrize("milliseconds", range(1, 60, 3))
def test_a_task_on_many_luns_killed_at_any_time_is_finished_by_the_repeat(
    milliseconds: int, tmp_path: Path, task_server: TaskServer
) -> None:
    """In threads, as it is in the product; when it dies is not placed, so that each run may find another instant."""
    sweep = LunSweep(Operation(MANY, "symlink", [SOURCE]), tmp_path, task_server)
    assert sweep.wrong_after_death(milliseconds / 1000) == []


def assert_survives(sweep: Sweep) -> None:
    kills = list(sweep.kills())
    assert any(kill.call.name == sweep.operation.must_call for kill in kills)
    assert [wrong for kill in kills for wrong in kill.wrong] == []


@dataclass(frozen=True)
class Kill:
    """One run that was killed, and what was wrong after it."""

    call: Call
    wrong: list[str]


class Sweep:
    """One operation, killed before each of its calls, each time on a fresh array in ``folder``."""

    kind: str

    def __init__(self, operation: Operation, folder: Path, server: TaskServer) -> None:
        self.operation = operation
        self._folder = folder
        self._server = server
        self._template = folder / "template"
        self._array = folder / "array"
        self._make_template()

    def kills(self) -> Iterator[Kill]:
        """Kill it before one call after the other."""
        self._begin_afresh()
        undisturbed = self._run()
        assert undisturbed.status == 0
        assert undisturbed.told is not None
        assert undisturbed.told["told"]["changed"]
        after = self._state()
        assert list(self._discords()) == []
        names = [call.name for call in undisturbed.calls]
        for place, call in enumerate(undisturbed.calls):
            if not call.changes_files:
                continue
            self._begin_afresh()
            killed = self._run(call)
            assert killed.was_killed, f"the run went on after {call}: {killed}"
            assert [one.name for one in killed.calls] == names[: place + 1]
            yield Kill(call, [f"before {call.line}: {wrong}" for wrong in self._wrong_after_kill(after)])

    def wrong_after_death(self, seconds: float) -> list[str]:
        """Let it die after so many seconds, in whichever thread and call, or after its end."""
        self._begin_afresh()
        assert self._repeat()
        after = self._state()
        self._begin_afresh()
        ended = self._server.run(self._array, Task(self.kind, self._task(), threads=True, dies_after=seconds))
        assert ended.status in (0, -signal.SIGALRM)
        return list(self._wrong_after_kill(after))

    def _make_template(self) -> None: ...

    def _task(self) -> dict[str, Any]:
        raise NotImplementedError

    def _repeat(self) -> bool:
        """Run the task in this process; whether it changed something."""
        raise NotImplementedError

    def _not_whole(self) -> Iterator[str]:
        return iter(())

    def _wrong_after_recovery(self) -> Iterator[str]:
        """Whatever task comes first, by whomever, begins by putting the array right."""
        return iter(())

    def _state(self) -> ArrayState | None:
        return state_of(self._array) if (self._array / "array.sqlite").exists() else None

    def _discords(self) -> Iterator[str]:
        if (self._array / "array.sqlite").exists():
            yield from discords(self._array)
        elif self._array.exists():
            yield f"there is no array any more, but {[str(file) for file in self._array.rglob('*')]}"

    def _wrong_after_kill(self, after: ArrayState | None) -> Iterator[str]:
        yield from self._not_whole()
        yield from self._wrong_after_recovery()
        self._repeat()
        yield from self._discords()
        if self._state() != after:
            yield f"the repeat leads to {self._state()} instead of {after}"
        if self._repeat():
            yield "a second repeat changes something"
        if self._state() != after:
            yield "a second repeat leads elsewhere"

    def _begin_afresh(self) -> None:
        subprocess.run(["rm", "-rf", self._array], check=True)
        if self._template.exists():
            subprocess.run(["cp", "-a", self._template, self._array], check=True)

    def _run(self, kill_before: Call | None = None) -> Ended:
        task = Task(self.kind, self._task())
        return self._server.traced(self._array, task, self._folder / "calls", kill_before)


class LunSweep(Sweep):
    """An operation of the module ``lun``."""

    kind = "provision"

    def _make_template(self) -> None:
        make_array(self._template, gold="64MiB", silver="64MiB")
        for lun in self.operation.before:
            made = make_lun(self._template, **lun)
            with lun_files(self._template)[made["wwid"]].open("r+b") as file:
                for start in range(0, made["size"], MIB):  # data with holes between
                    file.seek(start)
                    file.write(f"{lun['name']} {start}".encode().ljust(8192, b"+"))
        # There is one content in these arrays, that of the LUN there was before: others take it, or are empty and named so.
        self._content = b"".join(file.read_bytes() for file in lun_files(self._template).values())

    def _task(self) -> dict[str, Any]:
        return lun_task(**self.operation.task)

    def _repeat(self) -> bool:
        done = run_lun(self._array, **self.operation.task)
        assert not done.failures, done.failure
        return done.changed

    def _wrong_after_recovery(self) -> Iterator[str]:
        with driver_of(self._array) as driver:
            driver.recover()
        yield from (f"after recovery {discord}" for discord in discords(self._array))
        yield from self._not_whole()

    def _not_whole(self) -> Iterator[str]:
        """LUNs that are listed and do not hold what they must; looked for before anything is put right."""
        files = lun_files(self._array)
        with driver_of(self._array) as driver:
            for lun in driver.luns():
                content = files[lun.wwid].read_bytes()
                if len(content) < lun.size:
                    yield f"LUN {lun.name} is listed with {lun.size} bytes, its file has {len(content)}"
                expected = b"" if lun.name.startswith("new") else self._content[: lun.size]
                if content[: lun.size] != expected.ljust(lun.size, b"\0"):
                    yield f"LUN {lun.name} is listed, and its data is not what it must be"


class ArraySweep(Sweep):
    """An operation of the module ``directory_array``."""

    kind = "directory_array"

    def _make_template(self) -> None:
        if self.operation.before:
            make_array(self._template, gold="64MiB", silver="64MiB")
            for lun in self.operation.before:
                make_lun(self._template, **lun)

    def _task(self) -> dict[str, Any]:
        return array_task(**self.operation.task)

    def _repeat(self) -> bool:
        return run_array(self._array, **self.operation.task)
