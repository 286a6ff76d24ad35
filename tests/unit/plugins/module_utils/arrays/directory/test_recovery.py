# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.recovery import plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.volumes import Volume

LUNS = Path("/array/pools/gold/luns")
HOSTS = Path("/array/hosts")


def volume(number: int, size: int = 4096, making: str | None = None) -> Volume:
    wwid = f"naa.300000000000000{number}"
    return Volume(number, wwid, f"lun{number}", None, "gold", size, "thin", None, 0.0, making)


def file_of(one: Volume) -> Path:
    return LUNS / f"{one.wwid}.raw"


def link_of(one: Volume, host: str = "alpha") -> Path:
    return HOSTS / host / one.wwid


WHOLE = volume(1)
MAKING = volume(2, making="copy")


def test_an_array_whose_files_agree_needs_nothing() -> None:
    remedies = plan(
        [(WHOLE, file_of(WHOLE))],
        files={file_of(WHOLE): 4096},
        mappings=[("alpha", WHOLE, link_of(WHOLE))],
        links=[link_of(WHOLE)],
        folders_wanted=[HOSTS / "alpha"],
        folders_found=[HOSTS / "alpha"],
    )
    assert not remedies


def test_an_empty_array_needs_nothing() -> None:
    assert not plan([], {}, [], [])


@pytest.mark.parametrize("files", [{}, {file_of(MAKING): 0}, {file_of(MAKING): 100}])
def test_what_is_being_made_is_looked_at_and_its_file_left_to_its_maker(files: dict[Path, int]) -> None:
    remedies = plan([(MAKING, file_of(MAKING))], files, [], [])
    assert remedies.abandoned == (MAKING,)
    assert remedies.orphans == ()
    assert remedies.resized == ()


def test_a_file_without_a_row_is_removed() -> None:
    assert plan([], {file_of(WHOLE): 4096}, [], []).orphans == (file_of(WHOLE),)


def test_a_link_without_a_mapping_is_removed() -> None:
    remedies = plan([(WHOLE, file_of(WHOLE))], {file_of(WHOLE): 4096}, [], [link_of(WHOLE)])
    assert remedies.orphans == (link_of(WHOLE),)


@pytest.mark.parametrize("found", [0, 4095, 8192])
def test_a_file_gets_the_size_of_its_row(found: int) -> None:
    remedies = plan([(WHOLE, file_of(WHOLE))], {file_of(WHOLE): found}, [], [])
    assert remedies.resized == ((file_of(WHOLE), 4096),)


def test_a_mapping_gets_its_link() -> None:
    mappings = [("alpha", WHOLE, link_of(WHOLE)), ("beta", WHOLE, link_of(WHOLE, "beta"))]
    remedies = plan([(WHOLE, file_of(WHOLE))], {file_of(WHOLE): 4096}, mappings, [link_of(WHOLE, "beta")])
    assert remedies.missing_links == (("alpha", "gold", WHOLE.wwid),)
    assert remedies.orphans == ()


def test_a_file_that_is_missing_is_not_invented() -> None:
    assert not plan([(WHOLE, file_of(WHOLE))], {}, [], [])


def test_folders_of_hosts_and_exports_follow_the_rows() -> None:
    remedies = plan([], {}, [], [], folders_wanted=[HOSTS / "alpha"], folders_found=[HOSTS / "beta"])
    assert remedies.missing_folders == (HOSTS / "alpha",)
    assert remedies.surplus_folders == (HOSTS / "beta",)
