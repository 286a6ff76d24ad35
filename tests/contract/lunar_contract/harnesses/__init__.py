# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harnesses of the drivers that come with the collection."""

from __future__ import annotations

IN_THE_COLLECTION = ("lunar_contract.harnesses.directory:DirectoryHarness",)
"""The one place to add a driver of the collection."""
