# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mapping is: one LUN for one host."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mapping:
    """The permission of ``host`` to use the LUN with ``lun_wwid``, under ``lun_number``."""

    lun_wwid: str
    host: str
    lun_number: int
    path: str | None
    """Where the host finds the LUN when the transport is ``path``; ``None`` for every real transport."""
