# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.database import (
    LAYOUT_VERSION,
    Database,
    create_tables,
    open_file,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import FailedOnArray, Unreachable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POOL = "INSERT INTO pool (name, capacity) VALUES ('gold', 1)"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The database of an array with empty tables."""
    with closing(open_file(tmp_path / "array.sqlite", 1.0, "rwc")) as connection:
        create_tables(connection)
    return tmp_path / "array.sqlite"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    with closing(Database(file, 0.2)) as database:
        yield database


def pools(database: Database) -> list[str]:
    return [name for (name,) in database.connection.execute("SELECT name FROM pool")]


def set_version(file: Path, version: int) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")


def test_a_change_is_there_for_others_when_its_block_ends(database: Database, file: Path) -> None:
    with closing(Database(file, 1.0)) as other:
        with database.change() as connection:
            connection.execute(POOL)
            assert pools(other) == []
        assert pools(other) == ["gold"]


def test_an_exception_undoes_the_change(database: Database) -> None:
    def be_interrupted() -> None:
        with database.change() as connection:
            connection.execute(POOL)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_interrupted()
    assert pools(database) == []
    with database.change() as connection:
        connection.execute(POOL)
    assert pools(database) == ["gold"]


def test_a_change_is_on_disk_when_it_is_said_to_be(database: Database) -> None:
    (synchronous,) = database.connection.execute("PRAGMA synchronous").fetchone()
    assert synchronous == 2  # FULL


def test_only_one_may_change_at_a_time(database: Database, file: Path) -> None:
    with (
        closing(Database(file, 0.1)) as other,
        database.change(),
        pytest.raises(sqlite3.OperationalError, match="locked"),
        other.change(),
    ):
        pass


def test_threads_take_turns(file: Path) -> None:
    def add(number: int) -> None:
        with database.change() as connection:
            (count,) = connection.execute("SELECT count(*) FROM pool").fetchone()
            connection.execute("INSERT INTO pool (name, capacity) VALUES (?, ?)", (f"pool{number}", count + 1))

    with closing(Database(file, 60.0)) as database:
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(add, range(40)))
        capacities = database.connection.execute("SELECT capacity FROM pool ORDER BY capacity").fetchall()
    assert [capacity for (capacity,) in capacities] == list(range(1, 41))


def test_rows_that_others_need_cannot_be_removed(database: Database) -> None:
    with database.change() as connection:
        connection.execute(POOL)
        connection.execute(
            "INSERT INTO volume (name, pool, size, provisioning, created, reserved) VALUES ('a', 'gold', 1, 'thin', 0, 0)"
        )
    with pytest.raises(sqlite3.IntegrityError), database.change() as connection:
        connection.execute("DELETE FROM pool")


def test_a_volumes_number_is_never_given_twice(database: Database) -> None:
    numbers = []
    for _turn in range(3):
        with database.change() as connection:
            connection.execute("INSERT OR IGNORE INTO pool (name, capacity) VALUES ('gold', 1)")
            cursor = connection.execute(
                "INSERT INTO volume (name, pool, size, provisioning, created, reserved)"
                " VALUES ('a', 'gold', 1, 'thin', 0, 0)"
            )
            numbers.append(cursor.lastrowid)
        with database.change() as connection:
            connection.execute("DELETE FROM volume")
    assert len(set(numbers)) == 3


def test_a_missing_database_is_no_array_and_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match=f"{tmp_path}.*directory_array"):
        Database(tmp_path / "array.sqlite", 1.0).connection.execute("SELECT 1")
    assert list(tmp_path.iterdir()) == []


def test_a_database_without_tables_was_not_made_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "array.sqlite").touch()
    with closing(Database(tmp_path / "array.sqlite", 1.0)) as database, pytest.raises(Unreachable, match="to the end"):
        database.connection.execute("SELECT 1")


def test_a_newer_layout_is_refused(file: Path) -> None:
    set_version(file, LAYOUT_VERSION + 1)
    with closing(Database(file, 1.0)) as database, pytest.raises(FailedOnArray, match="newer"):
        database.connection.execute("SELECT 1")


def test_a_refused_database_is_looked_at_again_the_next_time(file: Path) -> None:
    set_version(file, LAYOUT_VERSION + 1)
    with closing(Database(file, 1.0)) as database:
        with pytest.raises(FailedOnArray):
            pools(database)
        set_version(file, LAYOUT_VERSION)
        assert pools(database) == []


@pytest.mark.parametrize("name", ["a b", "a?mode=ro", "a#b", "a%41", "é"])
def test_a_folder_of_any_name_is_found(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    file = tmp_path / name / "array.sqlite"
    with closing(open_file(file, 1.0, "rwc")) as connection:
        create_tables(connection)
    assert file.stat().st_size > 0
    with closing(Database(file, 1.0)) as database:
        assert pools(database) == []


def test_a_closed_database_can_be_used_again(database: Database) -> None:
    assert pools(database) == []
    database.close()
    assert pools(database) == []
