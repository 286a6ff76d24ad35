# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of the modules ``lun`` and ``directory_array``, and processes that run them and may be killed."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.arguments import lun_options
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.luns import Done, provision

if TYPE_CHECKING:
    from collections.abc import Iterator

_FILE_OPENED_TO_MAKE = re.compile(r"O_CREAT|O_TMPFILE")
# Whatever changes a file, a folder, or what of them is on disk.
_CALLS = (
    "openat,write,pwrite64,pwritev,fsync,fdatasync,ftruncate,truncate,fallocate,copy_file_range,ioctl,"
    "unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,symlink,symlinkat,link,linkat"
)


def lun_task(**options: Any) -> dict[str, Any]:
    """The options of the module ``lun``, as Ansible hands them over."""
    checked = ArgumentSpecValidator(lun_options()).validate(options)
    assert not checked.error_messages, checked.error_messages
    return checked.validated_parameters


def run_lun(array: Path, **options: Any) -> Done:
    """Run the module ``lun``'s work in this process."""
    return provision(Connection("directory", address=str(array)), lun_task(**options))


def make_lun(array: Path, **options: Any) -> dict[str, Any]:
    """As :func:`run_lun` for one LUN that must come out well."""
    done = run_lun(array, **options)
    assert not done.failures, done.failure
    return done.luns[0]


def array_task(**options: Any) -> dict[str, Any]:
    """The options of the module ``directory_array``, without the address."""
    return {"name": None, "pools": [], "allow_faults": False, "force": False, "state": "present", **options}


def run_array(array: Path, **options: Any) -> bool:
    """Run the module ``directory_array``'s work in this process; whether it changed something."""
    change = folder.change({"address": str(array), **array_task(**options)})
    if change.before != change.after:
        change.carry_out()
    return change.before != change.after


def make_array(array: Path, **pools: str) -> Path:
    """Make an embedded array in this process; ``pools`` are capacities."""
    run_array(array, pools=capacities(**pools))
    return array


def capacities(**pools: str) -> list[dict[str, str]]:
    """The option ``pools`` of the module ``directory_array``."""
    return [{"name": name, "capacity": capacity} for name, capacity in pools.items()]


@dataclass(frozen=True)
class Task:
    """What one process shall do on the array at ``address``."""

    kind: str
    """``provision`` or ``directory_array``."""
    options: dict[str, Any]
    threads: bool = False
    """Whether LUNs are worked on in threads, as in the product, or one after the other, so that strace counts all."""
    dies_after: float | None = None
    """Seconds after which the process dies wherever it is, by SIGALRM, which nobody handles."""


@dataclass(frozen=True)
class Call:
    """A system call: the ``nth`` of its name, for that is how strace counts."""

    name: str
    nth: int
    line: str

    @property
    def changes_files(self) -> bool:
        """Whether it is more than the opening of what is there."""
        return self.name != "openat" or bool(_FILE_OPENED_TO_MAKE.search(self.line))


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    status: int
    """As of :mod:`subprocess`: a signal's number is negative."""
    told: dict[str, Any] | None
    calls: list[Call] = field(default_factory=list)
    """The calls that were traced, in order."""

    @property
    def was_killed(self) -> bool:
        return self.status == -signal.SIGKILL


class TaskServer:
    """``task_server.py`` at work."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-B", str(Path(__file__).with_name("task_server.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )

    def close(self) -> None:
        self._process.communicate(timeout=60)

    def start(self, address: Path, task: Task) -> int:
        """The id of a process that has stopped before it begins."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"address": str(address), **vars(task)}) + "\n")
        self._process.stdin.flush()
        return int(self._answer()["stopped"])

    def end(self) -> Ended:
        """Wait for the end of the process that was started last."""
        answer = self._answer()
        told = None
        if "ended" not in answer:
            told, answer = answer, self._answer()
        return Ended(answer["ended"], told)

    def run(self, address: Path, task: Task) -> Ended:
        """Run the task to its end."""
        os.kill(self.start(address, task), signal.SIGCONT)
        return self.end()

    def traced(self, address: Path, task: Task, log: Path, kill_before: Call | None = None) -> Ended:
        """Run the task under strace, and let it die when it is about to make the call ``kill_before``."""
        assert not task.threads, "strace counts the calls of each thread alone"
        command = [_strace(), "-y", "-s", "0", "-o", str(log), "-e", f"trace={_CALLS}", "-e", "signal=none"]
        if kill_before is not None:
            command += ["-e", f"inject={kill_before.name}:signal=KILL:when={kill_before.nth}"]
        process = self.start(address, task)
        with subprocess.Popen([*command, "-p", str(process)], stderr=subprocess.PIPE, text=True) as tracer:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            is_traced = "attached" in said
            os.kill(process, signal.SIGCONT if is_traced else signal.SIGKILL)
            ended = self.end()
            tracer.communicate(timeout=60)
        if not is_traced:
            pytest.fail(f"strace may not trace a process here, and no kill can be placed without it: {said.strip()}")
        return Ended(ended.status, ended.told, list(_calls_of(log.read_text())))

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the task server died"
        return json.loads(line)


def _strace() -> str:
    program = shutil.which("strace")
    if program is None:
        pytest.fail("strace is missing: install it (apt-get install strace), no kill can be placed without it")
    return program


def _calls_of(log: str) -> Iterator[Call]:
    made: Counter[str] = Counter()
    for line in log.splitlines():
        found = re.match(r"([a-z_0-9]+)\(", line)
        if found:
            made[found[1]] += 1
            yield Call(found[1], made[found[1]], line)
