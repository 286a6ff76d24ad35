# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a target portal is: where hosts reach an array's LUNs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Portal:
    """A target port of the array."""

    transport: str
    """``iscsi``, ``fc``, ``nvme``, or ``path`` (LUNs are files that this machine can open)."""
    address: str
    """``address:port`` for iSCSI and NVMe, a WWPN for Fibre Channel, a folder for ``path``."""
    target: str | None
    """The target's IQN, WWNN or NQN; ``None`` for ``path``."""
