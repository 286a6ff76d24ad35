# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an array knows of a LUN's use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Statistics:
    """Use of one LUN. ``None`` where the array does not count it."""

    lun_wwid: str
    read_iops: float | None = None
    write_iops: float | None = None
    read_bytes_per_second: float | None = None
    write_bytes_per_second: float | None = None
    read_latency: float | None = None
    """Seconds."""
    write_latency: float | None = None
    """Seconds."""
    last_read: float | None = None
    """Seconds since the epoch."""
    last_written: float | None = None
    """Seconds since the epoch."""
