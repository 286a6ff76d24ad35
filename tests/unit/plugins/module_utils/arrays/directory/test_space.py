# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder, space
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NoSpace, NotFound
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun, NewLun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool

MIB = 1024**2


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[DirectoryDriver]:
    """The driver of an array with the pools gold and silver of 10 MiB each."""
    pools = [{"name": name, "capacity": "10MiB"} for name in ("gold", "silver")]
    task = {"address": str(tmp_path / "array"), "name": None, "pools": pools, "allow_faults": False, "force": False}
    folder.change({**task, "state": "present"}).carry_out()
    with closing(DirectoryDriver(Connection("directory", address=task["address"]))) as driver:
        yield driver


@pytest.fixture(autouse=True)
def _always_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(space, "_MEASURE_KEPT", 0.0)


def gold(driver: DirectoryDriver) -> Pool:
    return next(pool for pool in driver.pools() if pool.name == "gold")


def write(driver: DirectoryDriver, lun: Lun, size: int) -> None:
    """Let a host write to the LUN."""
    file = Path(str(driver.connection.address), "pools", lun.pool, "luns", f"{lun.wwid}.raw")
    with file.open("r+b") as data:
        data.write(os.urandom(size))
        os.fsync(data.fileno())


def test_a_new_pool_is_empty(driver: DirectoryDriver) -> None:
    pool = gold(driver)
    assert (pool.total, pool.used, pool.free, pool.subscribed, pool.raid_type) == (10 * MIB, 0, 10 * MIB, 0, None)


def test_a_thick_lun_takes_its_size(driver: DirectoryDriver) -> None:
    driver.create_lun(NewLun("a", "gold", 4 * MIB, "thick"))
    assert (gold(driver).used, gold(driver).free, gold(driver).subscribed) == (4 * MIB, 6 * MIB, 4 * MIB)


def test_a_thin_lun_takes_what_is_written(driver: DirectoryDriver) -> None:
    lun = driver.create_lun(NewLun("a", "gold", 8 * MIB))
    assert (gold(driver).used, gold(driver).subscribed) == (0, 8 * MIB)
    write(driver, lun, 3 * MIB)
    assert 3 * MIB <= (gold(driver).used or 0) < 4 * MIB


def test_thin_luns_may_promise_more_than_the_pool(driver: DirectoryDriver) -> None:
    for name in ("a", "b", "c"):
        driver.create_lun(NewLun(name, "gold", 10 * MIB))
    assert gold(driver).subscribed == 30 * MIB


def test_no_lun_is_larger_than_its_pool(driver: DirectoryDriver) -> None:
    for provisioning in ("thin", "thick"):
        with pytest.raises(NoSpace, match=r"pool gold.*10 MiB"):
            driver.create_lun(NewLun("a", "gold", 10 * MIB + 4096, provisioning))


def test_thick_luns_together_are_not_larger_than_their_pool(driver: DirectoryDriver) -> None:
    driver.create_lun(NewLun("a", "gold", 6 * MIB, "thick"))
    with pytest.raises(NoSpace, match=r"5 MiB are needed.*4 MiB of 10 MiB are free"):
        driver.create_lun(NewLun("b", "gold", 5 * MIB, "thick"))
    driver.create_lun(NewLun("b", "gold", 4 * MIB, "thick"))
    driver.create_lun(NewLun("b2", "silver", 5 * MIB, "thick"))


def test_nothing_is_made_in_a_full_pool(driver: DirectoryDriver) -> None:
    driver.create_lun(NewLun("a", "gold", 10 * MIB, "thick"))
    with pytest.raises(NoSpace):
        driver.create_lun(NewLun("b", "gold", 4096))


def test_a_pool_written_over_its_capacity_is_full_and_not_fuller(driver: DirectoryDriver) -> None:
    for name in ("a", "b"):
        write(driver, driver.create_lun(NewLun(name, "gold", 10 * MIB)), 6 * MIB)
    assert (gold(driver).used, gold(driver).free) == (10 * MIB, 0)


def test_growing_a_thick_lun_takes_what_is_added(driver: DirectoryDriver) -> None:
    lun = driver.create_lun(NewLun("a", "gold", 6 * MIB, "thick"))
    with pytest.raises(NoSpace):
        driver.grow_lun(lun, 11 * MIB)
    driver.grow_lun(lun, 10 * MIB)
    assert gold(driver).free == 0


def test_shrinking_and_removing_give_space_back(driver: DirectoryDriver) -> None:
    lun = driver.create_lun(NewLun("a", "gold", 8 * MIB, "thick"))
    lun = driver.shrink_lun(lun, 2 * MIB)
    assert gold(driver).used == 2 * MIB
    driver.delete_lun(lun)
    assert (gold(driver).used, gold(driver).subscribed) == (0, 0)


def test_a_copy_takes_what_its_source_holds(driver: DirectoryDriver) -> None:
    lun = driver.create_lun(NewLun("a", "gold", 8 * MIB))
    write(driver, lun, 6 * MIB)
    with pytest.raises(NoSpace):
        driver.copy_lun(lun, NewLun("b", "gold"))
    driver.copy_lun(lun, NewLun("b", "silver"))


def test_copies_one_after_the_other_do_not_exceed_the_pool(
    driver: DirectoryDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(space, "_MEASURE_KEPT", 60.0)
    lun = driver.create_lun(NewLun("a", "gold", 4 * MIB))
    write(driver, lun, 4 * MIB)
    driver.copy_lun(lun, NewLun("b", "gold"))
    with pytest.raises(NoSpace):
        driver.copy_lun(lun, NewLun("c", "gold"))


def test_the_quota_of_an_export_is_reserved(driver: DirectoryDriver) -> None:
    driver.create_export("home", "gold", 4 * MIB)
    assert (gold(driver).used, gold(driver).subscribed) == (4 * MIB, 4 * MIB)


def test_an_export_without_a_quota_takes_what_is_in_it(driver: DirectoryDriver) -> None:
    export = driver.create_export("home", "gold", None)
    Path(export.location, "below").mkdir()
    Path(export.location, "below", "file").write_bytes(os.urandom(MIB))
    assert MIB <= (gold(driver).used or 0) < 2 * MIB


def test_an_unknown_pool_is_told(driver: DirectoryDriver) -> None:
    with pytest.raises(NotFound, match="pool bronze"):
        driver.create_lun(NewLun("a", "bronze", 4096))


def test_a_volume_is_found_by_the_last_part_of_its_wwid() -> None:
    wwid = space.beside("naa.3005fe0b00000001", 0xABC)
    assert wwid == "naa.3005fe0b00000abc"
    assert space.serial_of(wwid) == 0xABC
