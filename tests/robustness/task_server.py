# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tasks on embedded arrays, each in a forked process that stops before it begins.

A line of JSON in: ``{"kind": "provision", "address": "...", "options": {...}, "threads": false,
"dies_after": null}``. Lines of JSON out: the process's id
when it has stopped, what the task told if it came to its end, and the status of its end. Whoever sent the task may
trace the process before letting it go on; what is counted then is the task alone, without Python's start.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, Self

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning import carry_out, luns
from ansible_collections.lunar.storage.plugins.module_utils.arrays.registry import driver_class
from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_PR_SET_PTRACER = 0x59616D61  # linux/prctl.h
_PR_SET_PTRACER_ANY = -1


class OneThread:
    """Takes the thread pool's place: strace counts the calls of each thread alone, and a sweep counts them all."""

    def __init__(self, max_workers: int) -> None:
        del max_workers

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def map(self, function: Callable[[Any], Any], values: Iterable[Any]) -> Iterator[Any]:
        return map(function, values)


def main() -> None:
    driver_class("directory")  # imports it: that shall not be counted with each task
    for line in sys.stdin:
        task = json.loads(line)
        process = os.fork()
        if process == 0:
            _stop_for_a_tracer()
            _tell(_run(task))
            os._exit(0)
        os.waitpid(process, os.WUNTRACED)
        _tell({"stopped": process})
        _pid, status = os.waitpid(process, 0)
        _tell({"ended": os.waitstatus_to_exitcode(status)})


def _stop_for_a_tracer() -> None:
    # Where only ancestors may trace a process, it must name the stranger it allows.
    ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _PR_SET_PTRACER_ANY, 0, 0, 0)
    os.kill(os.getpid(), signal.SIGSTOP)


def _run(task: dict[str, Any]) -> dict[str, Any]:
    if task["dies_after"] is not None:
        signal.setitimer(signal.ITIMER_REAL, task["dies_after"])
    if not task["threads"]:
        carry_out.ThreadPoolExecutor = OneThread
    try:
        return {"told": _KINDS[task["kind"]](task["address"], task["options"])}
    except StorageError as error:
        return {"refused": error.kind, "why": str(error)}


def _provision(address: str, options: dict[str, Any]) -> dict[str, Any]:
    done = luns.provision(Connection("directory", address=address), options)
    return {"changed": done.changed, "luns": done.luns}


def _directory_array(address: str, options: dict[str, Any]) -> dict[str, Any]:
    change = folder.change({"address": address, **options})
    if change.before != change.after:
        change.carry_out()
    return {"changed": change.before != change.after}


def _tell(what: dict[str, Any]) -> None:
    os.write(sys.stdout.fileno(), (json.dumps(what) + "\n").encode())


_KINDS = {"provision": _provision, "directory_array": _directory_array}


if __name__ == "__main__":
    main()
