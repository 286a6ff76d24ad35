# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""While one process copies a LUN, which may take hours, others work on the same array."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NoSpace
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun, NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.luns import Done, provision

from .array_state import checksum, discords, driver_of, lun_files
from .tasks import lun_task, make_array, make_lun, run_lun

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1024**2
DATA = 256 * 1024
HOST = {"name": "alpha", "initiators": ["iqn.2026-01.com.example:alpha"]}
COPY = {"name": "work", "source": {"lun": "source", "method": "copy"}}


class Maker:
    """``slow_maker.py``, half-way through a copy of ``source`` that makes ``work``."""

    def __init__(self, array: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("slow_maker.py")), array, "source", "work"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "half\n"

    def finish(self) -> str:
        """Let it go on to its end; the WWID of what it made."""
        told, _errors = self._process.communicate("go on\n", timeout=60)
        assert self._process.returncode == 0
        return told.strip()

    def die(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def array(tmp_path: Path) -> Path:
    """A pool of 20 MiB; the LUN ``source`` has data in four places."""
    array = make_array(tmp_path / "array", gold="20MiB")
    made = make_lun(array, name="source", size="4MiB", pool="gold")
    with lun_files(array)[made["wwid"]].open("r+b") as file:
        for start in range(0, 4 * MIB, MIB):
            file.seek(start)
            file.write(os.urandom(DATA // 4))
    return array


@pytest.fixture
def maker(array: Path) -> Iterator[Maker]:
    with ExitStack() as stack:
        maker = Maker(array)
        stack.callback(maker.die)
        yield maker


def test_a_copy_under_way_is_told_with_its_progress_and_not_listed(array: Path, maker: Maker) -> None:
    with driver_of(array) as driver:
        (activity,) = driver.activities()
        assert (activity.kind, activity.name) == ("copy", "work")
        assert 0 < activity.done < activity.total
        assert activity.total >= DATA
        assert [lun.name for lun in driver.luns()] == ["source"]


def test_others_recover_and_work_without_disturbing_it(array: Path, maker: Maker) -> None:
    with driver_of(array) as driver:
        driver.recover()
    make_lun(array, name="other", size="1MiB", pool="gold", hosts=[HOST])
    make_lun(array, name="source", hosts=[HOST])
    make_lun(array, name="other", state="absent", force_unmap=True)
    wwid = maker.finish()
    assert data_of(array, "work") == data_of(array, "source")
    assert lun_named(array, "work").wwid == wwid
    assert discords(array) == []


def test_its_source_is_not_removed(array: Path, maker: Maker) -> None:
    assert kinds(run_lun(array, name="source", state="absent")) == ["busy"]
    before = data_of(array, "source")
    maker.finish()
    assert data_of(array, "work") == before
    make_lun(array, name="source", state="absent")
    assert discords(array) == []


def test_its_source_is_not_shrunk(array: Path, maker: Maker) -> None:
    assert kinds(run_lun(array, name="source", size="1MiB", allow_shrink=True)) == ["busy"]
    maker.finish()
    assert data_of(array, "work") == data_of(array, "source")


def test_its_source_may_grow(array: Path, maker: Maker) -> None:
    before = data_of(array, "source")
    make_lun(array, name="source", size="8MiB")
    maker.finish()
    assert data_of(array, "work") == before
    assert lun_named(array, "work").size == 4 * MIB


def test_the_space_it_needs_is_not_given_to_others(array: Path, maker: Maker) -> None:
    with driver_of(array) as driver:
        (pool,) = driver.pools()
        assert pool.free <= 20 * MIB - 2 * DATA
        with pytest.raises(NoSpace):
            driver.create_lun(NewLun("other", "gold", 20 * MIB - 2 * DATA + 4096, "thick"))
        driver.create_lun(NewLun("other", "gold", 20 * MIB - 3 * DATA, "thick"))


def test_another_call_for_the_same_name_waits_and_makes_no_second_lun(array: Path, maker: Maker) -> None:
    with ThreadPoolExecutor() as threads:
        other = threads.submit(run_lun, array, **COPY)
        time.sleep(0.3)
        assert not other.done()
        wwid = maker.finish()
        done = other.result(timeout=30)
    assert kinds(done) in ([], ["name_in_use"])
    assert [lun.wwid for lun in luns_of(array) if lun.name == "work"] == [wwid]
    assert not run_lun(array, **COPY).changed
    assert discords(array) == []


def test_another_call_waits_no_longer_than_its_timeout(array: Path, maker: Maker) -> None:
    connection = Connection("directory", address=str(array), timeout=0.3)
    start = time.monotonic()
    assert kinds(provision(connection, lun_task(**COPY))) == ["busy"]
    assert time.monotonic() - start < 3
    maker.finish()
    assert data_of(array, "work") == data_of(array, "source")


def test_a_waiting_call_takes_over_when_the_maker_is_killed(array: Path, maker: Maker) -> None:
    with ThreadPoolExecutor() as threads:
        other = threads.submit(run_lun, array, **COPY)
        time.sleep(0.3)
        assert not other.done()
        maker.die()
        assert other.result(timeout=30).failures == []
    assert data_of(array, "work") == data_of(array, "source")
    assert discords(array) == []


def test_the_next_call_takes_over_what_a_killed_maker_left(array: Path, maker: Maker) -> None:
    maker.die()
    done = run_lun(array, **COPY)
    assert done.luns[0]["actions"] == ["copied"]
    assert data_of(array, "work") == data_of(array, "source")
    with driver_of(array) as driver:
        assert driver.activities() == []
    assert discords(array) == []


def test_any_call_clears_away_what_a_killed_maker_left(array: Path, maker: Maker) -> None:
    maker.die()
    make_lun(array, name="source", description="looked at")
    assert discords(array) == []
    assert len(lun_files(array)) == 1


def luns_of(array: Path) -> list[Lun]:
    with driver_of(array) as driver:
        return driver.luns()


def lun_named(array: Path, name: str) -> Lun:
    return next(lun for lun in luns_of(array) if lun.name == name)


def data_of(array: Path, name: str) -> str:
    """The checksum of a LUN's data."""
    return checksum(lun_files(array)[lun_named(array, name).wwid])


def kinds(done: Done) -> list[str]:
    return [lun["error"]["kind"] for lun in done.failures]
