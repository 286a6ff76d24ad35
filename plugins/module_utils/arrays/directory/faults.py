# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that a test may ask of an embedded array.

They need two keys: the call asks for them in ``array.options.faults``, and the array itself was made with
``allow_faults``. Without the second every call is refused, so that no real array fails because of a stray option.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import TYPE_CHECKING

from ...errors import InvalidValue
from ..connection import LONGEST_TIMEOUT
from ..errors import Denied, FailedOnArray, NoSpace, TimedOut, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator

EVERY = "*"
_KINDS = ("slow", "failing", "full", "unreachable", "denied")


@dataclass(frozen=True)
class Fault:
    """One fault: ``kind`` happens to ``operation``, a method's name in the contract, or to every one."""

    operation: str
    kind: str
    seconds: float = 0.0
    """How long a slow call takes after its work is done."""


def parse_faults(field: str, value: object) -> tuple[Fault, ...]:
    """The faults of a list such as ``[{operation: create_lun, kind: slow, seconds: 5}]``. Raises InvalidValue."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise InvalidValue(field, value, "is not a list of faults such as {operation: create_lun, kind: full}")
    return tuple(_parse(field, one) for one in value)


def _parse(field: str, fault: dict[str, object]) -> Fault:
    kind = fault.get("kind")
    if kind not in _KINDS or fault.keys() - {"operation", "kind", "seconds"}:
        raise InvalidValue(field, fault, f"is not a fault: operation, kind (one of {', '.join(_KINDS)}) and seconds")
    try:
        seconds = float(str(fault.get("seconds", 0)))
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= LONGEST_TIMEOUT:
        raise InvalidValue(field, fault, f"has seconds that are not a number between 0 and {LONGEST_TIMEOUT:g}")
    return Fault(str(fault.get("operation", EVERY)), str(kind), seconds)


@contextmanager
def suffered(faults: tuple[Fault, ...], operation: str, array: str, timeout: float) -> Iterator[None]:
    """Let the block suffer the faults asked for ``operation``.

    A slow call does its work, and is answered late or, past ``timeout`` seconds, not at all: it raises TimedOut.
    """
    mine = [fault for fault in faults if fault.operation in (operation, EVERY)]
    for fault in mine:
        _fail(fault.kind, operation, array)
    yield
    for fault in mine:
        if fault.kind == "slow":
            sleep(min(fault.seconds, timeout))
            if fault.seconds > timeout:
                raise TimedOut(f"array {array}: no answer to {operation} within {timeout:g} s")


def _fail(kind: str, operation: str, array: str) -> None:
    if kind == "failing":
        raise FailedOnArray(f"array {array}: {operation} failed", "FAULT-1", "failing was asked for in options.faults")
    if kind == "unreachable":
        raise Unreachable(f"array {array}: it does not answer")
    if kind == "denied":
        raise Denied(f"array {array}: {operation} is refused to this user")
    if kind == "full" and operation in ("create_lun", "clone_lun", "copy_lun", "grow_lun", "create_snapshot"):
        raise NoSpace(f"array {array}: no space is left for {operation}")
