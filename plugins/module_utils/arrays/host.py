# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host is, in an array's eyes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Host:
    """A host that may use LUNs, known to the array by its initiators' normalised names, sorted."""

    name: str
    initiators: tuple[str, ...]
