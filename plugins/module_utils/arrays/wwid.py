# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A LUN's identity, as the array states it and the host sees it."""

from __future__ import annotations

import re

_NAA = re.compile(r"naa\.(?:[35][0-9a-f]{15}|6[0-9a-f]{31}|2[0-9a-f]{15})")


def is_naa(wwid: str) -> bool:
    """Whether ``wwid`` is a well-formed NAA name: type 2, 3 or 5 with 64 bits, type 6 with 128 (SPC-4, 7.8.6.6)."""
    return _NAA.fullmatch(wwid) is not None


def locally_assigned(prefix: int, serial: int) -> str:
    """An NAA type 3 name (locally assigned, SPC-4 7.8.6.6.4): 28 bits of ``prefix``, then 32 bits of ``serial``."""
    if not 0 <= prefix < 2**28 or not 0 <= serial < 2**32:
        raise ValueError(f"prefix {prefix} or serial {serial} does not fit an NAA type 3 name")
    return f"naa.3{prefix:07x}{serial:08x}"
