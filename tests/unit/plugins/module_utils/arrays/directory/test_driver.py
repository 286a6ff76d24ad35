# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import ArrayError, Busy
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable

IQN = "iqn.2026-01.com.example:"


@pytest.fixture
def address(tmp_path: Path) -> str:
    """An array that holds one thing of each kind."""
    pools = [{"name": "gold", "capacity": "64MiB"}]
    task = {"address": str(tmp_path / "array"), "name": None, "pools": pools, "allow_faults": False, "force": False}
    folder.change({**task, "state": "present"}).carry_out()
    with closing(connect(task["address"])) as driver:
        driver.create_host("alpha", [IQN + "alpha"])
        driver.map_lun(driver.create_lun(NewLun("there", "gold", 4096)), "alpha")
        driver.create_snapshot(driver.luns()[0], "monday")
        driver.create_export("home", "gold", None)
    return task["address"]


def connect(address: str, timeout: float = 5.0) -> DirectoryDriver:
    return DirectoryDriver(Connection("directory", address=address, timeout=timeout))


def make_all(other: DirectoryDriver) -> None:
    lun = other.create_lun(NewLun("new", "gold", 4096))
    other.create_host("beta", [IQN + "beta"])
    other.map_lun_to(lun, {"alpha": None, "beta": None})
    other.create_snapshot(lun, "tuesday")
    other.create_export("new", "gold", 4096)


def remove_all(other: DirectoryDriver) -> None:
    for snapshot in other.snapshots():
        other.delete_snapshot(snapshot)
    for lun in other.luns():
        for host in other.hosts():
            other.unmap_lun(lun, host.name)
        other.delete_lun(lun)
    for host in other.hosts():
        other.delete_host(host.name)
    for export in other.exports():
        other.delete_export(export)


LISTINGS = ["pools", "luns", "snapshots", "exports", "hosts", "mappings", "statistics", "activities", "recover"]


@pytest.mark.parametrize("listing", LISTINGS)
@pytest.mark.parametrize("interrupt", [make_all, remove_all])
def test_what_others_do_in_the_middle_of_a_listing_does_not_disturb_it(
    interrupt: Callable[[DirectoryDriver], None], listing: str, address: str
) -> None:
    """Between any two questions of a listing to its database, somebody makes or removes something of each kind."""
    place = 0
    while interrupted(address, listing, interrupt, before_statement=place):
        place += 1
    assert place > 0


def interrupted(
    address: str, listing: str, interrupt: Callable[[DirectoryDriver], None], before_statement: int
) -> bool:
    """List while another interrupts, then put the array back as it was; whether there was such a statement."""
    statements: list[str] = []

    def count(statement: str) -> None:
        statements.append(statement)
        if len(statements) == before_statement + 1:
            with closing(connect(address, timeout=0.05)) as other, suppress(Busy):
                interrupt(other)

    with closing(connect(address)) as driver:
        driver.luns()
        driver._database.connection.set_trace_callback(count)
        getattr(driver, listing)()
        driver._database.connection.set_trace_callback(None)
    put_back(address)
    return len(statements) > before_statement


def put_back(address: str) -> None:
    with closing(connect(address)) as driver:
        remove_all(driver)
        driver.create_host("alpha", [IQN + "alpha"])
        driver.map_lun(driver.create_lun(NewLun("there", "gold", 4096)), "alpha")
        driver.create_snapshot(driver.luns()[0], "monday")
        driver.create_export("home", "gold", None)


@pytest.mark.parametrize("address", ["relative", "./array", "~nobody-of-this-name/array", "~nobody-of-this-name"])
def test_an_address_that_is_no_absolute_path_is_refused(address: str) -> None:
    with pytest.raises(InvalidValue, match=r"array\.address"):
        connect(address)


def test_a_home_folder_is_an_address(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    home, _slash, name = address.rpartition("/")
    monkeypatch.setenv("HOME", home)
    with closing(connect(f"~/{name}")) as driver:
        assert [lun.name for lun in driver.luns()] == ["there"]


@pytest.mark.parametrize("address", ["/nul\0byte", "/" + "x" * 300, "/dev/null/array", "/proc/self/array"])
def test_an_address_where_nothing_can_be_is_told_as_an_error_of_the_array(address: str) -> None:
    with closing(connect(address)) as driver, pytest.raises(ArrayError):
        driver.luns()


def test_a_driver_of_an_array_that_is_removed_tells_so(address: str) -> None:
    with closing(connect(address)) as driver:
        driver.luns()
        folder.change({**removal(address), "force": True}).carry_out()
        with pytest.raises(ArrayError):
            driver.create_lun(NewLun("new", "gold", 4096))


def removal(address: str) -> dict[str, object]:
    return {"address": address, "name": None, "pools": [], "allow_faults": False, "force": False, "state": "absent"}


def test_a_locked_array_is_busy_after_the_timeout(address: str) -> None:
    with closing(sqlite3.connect(f"{address}/array.sqlite", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with closing(connect(address, timeout=0.1)) as driver, pytest.raises(Busy):
            driver.create_lun(NewLun("new", "gold", 4096))


def test_growing_after_a_shrink_that_was_cut_off_does_not_bring_old_data_back(address: str) -> None:
    with closing(connect(address)) as driver:
        driver.create_lun(NewLun("shrunk", "gold", 3 * 4096))
        lun = next(lun for lun in driver.luns() if lun.name == "shrunk")
        file = Path(address, "pools", "gold", "luns", f"{lun.wwid}.raw")
        file.write_bytes(b"x" * lun.size)
        with driver._database.change() as connection:  # all that a shrink did before it was killed
            connection.execute("UPDATE volume SET size = 4096 WHERE name = 'shrunk'")
        small = next(lun for lun in driver.luns() if lun.name == "shrunk")
        driver.grow_lun(small, 2 * 4096)
    assert file.read_bytes() == b"x" * 4096 + b"\0" * 4096


def test_a_host_whose_folder_was_lost_can_be_mapped_to(address: str) -> None:
    with closing(connect(address)) as driver:
        driver.create_host("beta", [IQN + "beta"])
        (Path(address) / "hosts/beta").rmdir()
        mapping = driver.map_lun(driver.luns()[0], "beta")
    assert Path(str(mapping.path)).stat().st_size == 4096


def test_recovery_restores_the_folder_of_an_export_and_removes_an_empty_one_that_is_nobodys(address: str) -> None:
    exports = Path(address) / "pools/gold/exports"
    (exports / "home").rmdir()
    (exports / "nobodys").mkdir()
    (exports / "somebodys").mkdir()
    (exports / "somebodys" / "file").touch()
    with closing(connect(address)) as driver:
        driver.recover()
    assert sorted(path.name for path in exports.iterdir()) == ["home", "somebodys"]


def test_an_export_made_anew_is_not_removed_by_what_knew_the_old_one(address: str) -> None:
    with closing(connect(address)) as driver:
        (old,) = driver.exports()
        assert driver.delete_export(old)
        new = driver.create_export("home", "gold", None)
        assert not driver.delete_export(old)
        assert driver.exports() == [new]
