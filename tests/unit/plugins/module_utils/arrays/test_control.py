# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.control import control_of
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import Busy, Denied

from .memory_array import CAPABILITIES, FakeArray, FakeDriver

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _locks_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def driver(address: str = "array1", timeout: float = 0.2, *, concurrent: bool = False) -> FakeDriver:
    array = FakeArray(capabilities=replace(CAPABILITIES, concurrent_control=concurrent))
    return FakeDriver(array, Connection("fake", address, timeout=timeout))


def test_one_point_of_control_at_a_time() -> None:
    with (
        control_of(driver()),
        pytest.raises(Busy, match=r"array1.*one at a time.*0\.2 s"),
        control_of(driver()),
    ):
        pass


def test_the_right_is_given_back_even_after_a_failure() -> None:
    with pytest.raises(ZeroDivisionError), control_of(driver()):
        raise ZeroDivisionError
    with control_of(driver()):
        pass


def test_who_waits_gets_it_as_soon_as_it_is_free() -> None:
    taken = threading.Event()
    release = threading.Event()

    def hold() -> None:
        with control_of(driver()):
            taken.set()
            release.wait(10)

    with ThreadPoolExecutor() as threads:
        holder = threads.submit(hold)
        taken.wait(10)
        threading.Timer(0.2, release.set).start()
        with control_of(driver(timeout=10)):
            assert release.is_set()
        holder.result()


def test_other_arrays_are_not_held_up() -> None:
    with control_of(driver("array1")), control_of(driver("array2")):
        pass


def test_an_array_with_concurrent_control_is_not_locked(tmp_path: Path) -> None:
    with control_of(driver(concurrent=True)), control_of(driver(concurrent=True)):
        assert list(tmp_path.iterdir()) == []


def test_a_lock_folder_that_somebody_else_put_there_is_not_used(tmp_path: Path) -> None:
    with control_of(driver()):
        pass
    (folder,) = tmp_path.iterdir()
    folder.rename(tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Denied, match="TMPDIR"), control_of(driver()):
        pass
