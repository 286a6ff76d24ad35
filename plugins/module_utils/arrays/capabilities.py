# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an array can do, as configured now."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Capabilities:
    """The truth about one array: what is claimed works, what is not is refused before anything is changed."""

    transports: tuple[str, ...]
    """As in :class:`Portal`."""
    thin: bool = False
    thick: bool = False
    grow: bool = False
    shrink: bool = False
    clone: bool = False
    """A LUN can be made from another LUN's or a snapshot's content at this moment, usable at once when made."""
    copy: bool = False
    """A LUN can be made with blocks of its own from another LUN's or a snapshot's content."""
    snapshot: bool = False
    export: bool = False
    file_clone: bool = False
    """Files of an export can share blocks (reflinks)."""
    statistics: bool = False
    description: bool = False
    zoning: bool = False
    concurrent_control: bool = True
    """Whether several clients may change the array at the same time; if not, calls are serialised by a lock."""
    parallel_calls: int = 1
    """How many calls are worth having under way at once."""
    default_provisioning: str = "thin"
    granularity: int = 1
    """Sizes are rounded up to a multiple of this many bytes."""
    smallest_lun: int = 1
    """Bytes."""
    largest_lun: int | None = None
    """Bytes; ``None`` when only the pool is a limit."""
    highest_lun_number: int = 255
