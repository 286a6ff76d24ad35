# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many clients at once, each in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection

DIED = "died"


@dataclass(frozen=True)
class Answer:
    """What became of one client's work."""

    result: Any = None
    error: str | None = None
    """The error's kind; ``died`` when the process ended without an answer."""
    sentence: str | None = None


class Clients:
    """A number of processes that work when they are told."""

    def __init__(self, count: int) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "lunar_contract.client"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment,
            )
            for _turn in range(count)
        ]
        for process in self._processes:
            _line(process)

    def __len__(self) -> int:
        return len(self._processes)

    def all_at_once(
        self, connection: Connection, work: str, arguments: list[dict[str, Any]], claims: dict[str, Any] | None = None
    ) -> list[Answer]:
        """Let as many clients as there are arguments do ``work`` of work.py at the same time; their answers in order."""
        return self.side_by_side(connection, [(work, own) for own in arguments], claims)

    def side_by_side(
        self, connection: Connection, jobs: list[tuple[str, dict[str, Any]]], claims: dict[str, Any] | None = None
    ) -> list[Answer]:
        """Let as many clients as there are jobs, each a work and its arguments, do them at the same time."""
        working = self._processes[: len(jobs)]
        for process, (work, arguments) in zip(working, jobs, strict=True):
            request = {"work": work, "connection": asdict(connection), "arguments": arguments, "claims": claims or {}}
            assert process.stdin is not None
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
        lines = [_line(process) for process in working]
        return [Answer(**json.loads(line)) if line else Answer(error=DIED) for line in lines]

    def close(self) -> None:
        """End the processes."""
        for process in self._processes:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.close()
            process.wait()
            process.stdout.close()


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
