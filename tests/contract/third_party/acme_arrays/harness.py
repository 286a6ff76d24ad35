# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness for Acme's arrays. It cannot make them fail, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from lunar_contract.harness import Impossible
from lunar_contract.harnesses.directory import DirectoryHarness

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection


class AcmeHarness(DirectoryHarness):
    """Folders again, so that the sample runs anywhere; a real harness reaches for its vendor's test array."""

    driver: ClassVar[str] = "acme"

    def failing(self, operation: str) -> Connection:
        raise Impossible("Acme's arrays do not fail when asked to")

    def timing_out(self, operation: str) -> Connection:
        raise Impossible("Acme's arrays are never slow")
