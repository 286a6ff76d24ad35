# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an array is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Array:
    """An array as it describes itself. ``None`` where it does not say."""

    id: str
    name: str
    kind: str
    """``san`` (serves LUNs), ``nas`` (serves exports) or ``both``."""
    vendor: str | None
    model: str | None
    version: str | None
