# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an array is busy with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Activity:
    """Work that the array has not finished: a clone or copy that makes the LUN ``name``."""

    kind: str
    """``create``, ``clone`` or ``copy``."""
    name: str
    done: int | None
    """Bytes; ``None`` where the array does not say."""
    total: int | None
    """Bytes; ``None`` where the array does not say."""
