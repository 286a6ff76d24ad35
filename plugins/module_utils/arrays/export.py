# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an export is: a folder that a NAS array serves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Export:
    """An export. ``size`` is its quota in bytes, ``None`` when it may fill its pool."""

    id: str
    name: str
    pool: str
    location: str
    """Where a host finds it: ``server:/path``, or a path on this machine."""
    size: int | None
    used: int | None
    """Allocated bytes; ``None`` where the array does not say."""
