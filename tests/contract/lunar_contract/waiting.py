# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for what an array finishes in its own time."""

from __future__ import annotations

from time import monotonic, sleep
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Found = TypeVar("Found")

_POLL = 0.1


def within(seconds: float, look: Callable[[], Found]) -> Found:
    """What ``look`` gives as soon as it is true, or what it gave last when time is up."""
    deadline = monotonic() + seconds
    while True:
        found = look()
        if found or monotonic() > deadline:
            return found
        sleep(_POLL)
