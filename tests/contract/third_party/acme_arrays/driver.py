# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver of an imaginary vendor, installed as the entry point ``lunar.arrays`` with the name ``acme``.

Its arrays are folders, as those of the driver ``directory``, but can do less.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.capabilities import Capabilities

CANNOT = {"thick": False, "shrink": False, "clone": False, "snapshot": False, "export": False, "file_clone": False}


class AcmeDriver(DirectoryDriver):
    """No thick LUNs, no shrinking, no clones, no snapshots, no exports."""

    def _capabilities(self) -> Capabilities:
        return replace(super()._capabilities(), **CANNOT)  # type: ignore[arg-type]  # all are booleans
