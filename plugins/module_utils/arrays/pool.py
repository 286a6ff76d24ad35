# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a pool is: where an array takes its space from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pool:
    """A pool and its space in bytes. ``None`` where the array does not say."""

    name: str
    total: int | None
    used: int | None
    """Bytes that are taken: whole sizes of thick LUNs, allocated bytes of thin ones."""
    free: int | None
    subscribed: int | None
    """The sum of all sizes that were promised; more than ``total`` on an overcommitted pool."""
    raid_type: str | None
