# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import HasDependants, NoSpace
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue, StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIB = 1024**2


@pytest.fixture
def array(tmp_path: Path) -> Path:
    """Where an array may be made."""
    return tmp_path / "array"


def asked(array: Path, *, pools: dict[str, str] | None = None, **options: Any) -> folder.Change:
    """What a task on this folder would change."""
    listed = [{"name": name, "capacity": capacity} for name, capacity in (pools or {}).items()]
    task = {"address": str(array), "name": None, "pools": listed, "allow_faults": False, "force": False}
    return folder.change({**task, "state": "present", **options})


def make(array: Path, **options: Any) -> None:
    asked(array, **options).carry_out()


@pytest.fixture
def driver(array: Path) -> Iterator[DirectoryDriver]:
    """The driver of an array with the pool gold of 10 MiB."""
    make(array, pools={"gold": "10MiB"})
    with closing(DirectoryDriver(Connection("directory", address=str(array)))) as driver:
        yield driver


def test_an_array_is_made_as_it_was_asked_for_and_then_stays(array: Path) -> None:
    task = {"pools": {"gold": "10MiB", "silver": "1GB"}, "allow_faults": True}
    change = asked(array, **task)
    assert change.before is None
    change.carry_out()
    after = asked(array, **task)
    assert after.before == after.after == change.after
    assert folder.told(after.after) == {
        "address": str(array),
        "name": "array",
        "pools": {"gold": 10 * MIB, "silver": 10**9},
        "allow_faults": True,
    }


def test_asking_changes_nothing(array: Path) -> None:
    asked(array, pools={"gold": "10MiB"})
    asked(array, state="absent")
    assert not array.exists()


def test_folders_above_are_made_too(array: Path) -> None:
    make(array / "deep" / "below")
    assert asked(array / "deep" / "below").before is not None


def test_two_arrays_have_different_identities(tmp_path: Path) -> None:
    wwids = set()
    for name in ("one", "two"):
        make(tmp_path / name, pools={"gold": "1MiB"})
        with closing(DirectoryDriver(Connection("directory", address=str(tmp_path / name)))) as driver:
            wwids |= {driver.create_lun(NewLun("a", "gold", 4096)).wwid, driver.describe().id}
    assert len(wwids) == 4


def test_pools_are_added_and_resized_and_others_stay(array: Path) -> None:
    make(array, pools={"gold": "10MiB", "silver": "10MiB"})
    make(array, pools={"gold": "20MiB", "bronze": "5MiB"})
    found = asked(array).before
    assert found is not None
    assert found.pools == {"gold": 20 * MIB, "silver": 10 * MIB, "bronze": 5 * MIB}


def test_a_pool_is_not_made_smaller_than_what_is_used_of_it(array: Path, driver: DirectoryDriver) -> None:
    driver.create_lun(NewLun("a", "gold", 4 * MIB, "thick"))
    before = asked(array).before
    with pytest.raises(NoSpace, match=r"pools: 3 MiB.*4 MiB.*gold"):
        make(array, pools={"gold": "3MiB", "silver": "1MiB"})
    assert asked(array).before == before
    make(array, pools={"gold": "4MiB"})


def test_an_array_can_be_renamed(array: Path) -> None:
    make(array)
    make(array, name="production")
    assert folder.told(asked(array, name="production").before)["name"] == "production"


def test_an_empty_array_is_removed_without_a_trace(array: Path) -> None:
    make(array, pools={"gold": "10MiB"})
    asked(array, state="absent").carry_out()
    assert not array.exists()
    assert asked(array, state="absent").before is None


@pytest.mark.parametrize("what", ["lun", "export"])
def test_an_array_that_holds_something_is_removed_only_when_forced(
    what: str, array: Path, driver: DirectoryDriver
) -> None:
    if what == "lun":
        driver.create_lun(NewLun("a", "gold", 4096))
    else:
        driver.create_export("a", "gold", None)
    with pytest.raises(HasDependants, match=r"1 .*force"):
        asked(array, state="absent")
    asked(array, state="absent", force=True).carry_out()
    assert not array.exists()


def test_files_of_others_stay_when_the_array_goes(array: Path) -> None:
    make(array)
    (array / "notes.txt").write_text("mine")
    asked(array, state="absent").carry_out()
    assert [file.name for file in array.iterdir()] == ["notes.txt"]


def test_a_folder_with_files_of_others_becomes_an_array_beside_them(array: Path) -> None:
    array.mkdir()
    (array / "notes.txt").write_text("mine")
    make(array, pools={"gold": "1MiB"})
    assert (array / "notes.txt").read_text() == "mine"


def test_an_array_that_was_not_made_to_the_end_is_finished(array: Path) -> None:
    (array / "pools").mkdir(parents=True)
    (array / "array.sqlite").touch()
    make(array, pools={"gold": "1MiB"})
    assert folder.told(asked(array).before)["pools"] == {"gold": MIB}


def test_an_array_that_was_not_made_to_the_end_can_be_removed(array: Path) -> None:
    (array / "pools").mkdir(parents=True)
    (array / "array.sqlite").touch()
    change = asked(array, state="absent")
    assert change.before != change.after
    change.carry_out()
    assert not array.exists()


def test_an_array_of_a_newer_layout_is_left_alone(array: Path) -> None:
    make(array)
    with closing(sqlite3.connect(array / "array.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    for state in ("present", "absent"):
        with pytest.raises(StorageError, match="newer"):
            asked(array, state=state, force=True)


def test_no_array_is_told_as_nothing() -> None:
    assert folder.told(None) == {}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"address": "relative/path"}, "address: 'relative/path'"),
        ({"address": ""}, "address: ''"),
        ({"name": "a/b"}, "name: 'a/b'"),
        ({"pools": [{"name": "..", "capacity": "1G"}]}, r"pools\[0\].name: '..'"),
        ({"pools": [{"name": "a", "capacity": "0"}]}, r"pools\[0\].capacity: '0'"),
        ({"pools": [{"name": "a", "capacity": "9E"}]}, r"pools\[0\].capacity: '9E'"),
        ({"pools": [{"name": "a", "capacity": "1G"}, {"name": "a", "capacity": "2G"}]}, r"pools\[1\].name: 'a'.*twice"),
    ],
)
def test_a_bad_value_is_refused_by_its_option(options: dict[str, Any], told: str, array: Path) -> None:
    task = {"address": str(array), "name": None, "pools": [], "allow_faults": False, "force": False, "state": "present"}
    with pytest.raises(InvalidValue, match=told):
        folder.change({**task, **options})
    assert not array.exists()
