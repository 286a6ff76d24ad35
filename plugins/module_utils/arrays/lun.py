# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a LUN is, and what is said to make one."""

from __future__ import annotations

from dataclasses import dataclass

THIN = "thin"
THICK = "thick"
DEFAULT = "default"


@dataclass(frozen=True)
class Lun:
    """A LUN on an array. Its identity is ``wwid`` and ``id`` together, never the name alone."""

    wwid: str
    """``naa.`` and 16 or 32 lower-case hexadecimal digits."""
    id: str
    """The array's own name for it."""
    name: str
    pool: str
    size: int
    """Bytes, as the array rounded them."""
    provisioning: str | None
    """``thin`` or ``thick``; ``None`` where the array does not say."""
    used: int | None
    """Allocated bytes; ``None`` where the array does not say."""
    description: str | None


@dataclass(frozen=True)
class NewLun:
    """A LUN to be made. ``size`` is in bytes; ``None`` takes the size of what it is cloned or copied from."""

    name: str
    pool: str
    size: int | None = None
    provisioning: str = DEFAULT
    description: str | None = None
