# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays import registry
from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with a driver ``vendor`` and one that cannot be imported, installed for the test."""
    (tmp_path / "vendor_arrays.py").write_text("class VendorDriver:\n    pass\n")
    (tmp_path / "vendor_broken.py").write_text("import vendor_library_that_is_missing\n")
    installed = tmp_path / "vendor_arrays-1.0.dist-info"
    installed.mkdir()
    (installed / "METADATA").write_text("Metadata-Version: 2.1\nName: vendor-arrays\nVersion: 1.0\n")
    (installed / "entry_points.txt").write_text(
        "[lunar.arrays]\nvendor = vendor_arrays:VendorDriver\nbroken = vendor_broken:VendorDriver\n"
        "directory = vendor_arrays:VendorDriver\n[console_scripts]\nvendor = vendor_arrays:main\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("vendor_arrays", None)


def test_the_embedded_array_is_always_known() -> None:
    assert registry.driver_class("directory") is DirectoryDriver
    assert "directory" in registry.driver_names()


def test_connecting_asks_nothing_of_the_array(tmp_path: Path) -> None:
    driver = registry.connect(Connection("directory", address=str(tmp_path / "missing")))
    assert isinstance(driver, DirectoryDriver)
    assert not (tmp_path / "missing").exists()


def test_an_unknown_driver_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InvalidValue, match=r"array\.driver: 'nonsuch'.*directory"):
        registry.driver_class("nonsuch")


@pytest.mark.usefixtures("third_party")
def test_a_driver_of_another_package_is_found_by_its_entry_point() -> None:
    assert registry.driver_class("vendor").__name__ == "VendorDriver"
    assert {"directory", "vendor"} <= set(registry.driver_names())


@pytest.mark.usefixtures("third_party")
def test_a_driver_that_cannot_be_imported_is_told_with_its_reason() -> None:
    with pytest.raises(InvalidValue, match=r"'broken'.*vendor_broken:VendorDriver.*vendor_library_that_is_missing"):
        registry.driver_class("broken")


@pytest.mark.usefixtures("third_party")
def test_a_package_cannot_take_the_place_of_a_driver_of_ours() -> None:
    assert registry.driver_class("directory") is DirectoryDriver


def test_entry_points_of_pythons_that_give_a_dictionary_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = EntryPoint("old", "vendor_arrays:VendorDriver", registry.ENTRY_POINTS)
    monkeypatch.setattr(registry.importlib.metadata, "entry_points", lambda: {registry.ENTRY_POINTS: [mine]})
    assert registry.driver_names() == ["directory", "old"]
