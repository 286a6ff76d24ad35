# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the drivers of the collection to the contract, unless ``--array-harness`` names others."""

from __future__ import annotations

import pytest
from lunar_contract.harnesses import IN_THE_COLLECTION

_PLUGIN = "lunar_contract.plugin"


def pytest_addoption(pluginmanager: pytest.PytestPluginManager) -> None:
    if not pluginmanager.has_plugin("lunar_array_contract"):
        pluginmanager.import_plugin(_PLUGIN)


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("array_harness", default=None):
        config.option.array_harness = list(IN_THE_COLLECTION)
