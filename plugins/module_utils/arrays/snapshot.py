# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a snapshot of a LUN is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Snapshot:
    """A LUN's content at one moment, kept on the array. It cannot be changed or mapped, only cloned or copied."""

    id: str
    name: str
    """Unique among the snapshots of one LUN."""
    lun_wwid: str
    pool: str
    size: int
    """Bytes: the LUN's size at that moment."""
    used: int | None
    """Allocated bytes; ``None`` where the array does not say."""
    created: float | None
    """Seconds since the epoch."""
