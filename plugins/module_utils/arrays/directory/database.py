# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of an array: one SQLite database in its folder.

SQLite gives what they need together: a change is whole or not there at all, it is on disk when it is said to be
(``synchronous=FULL``), file locks keep any number of clients apart, and the rules below (a name, an initiator, a LUN
number is given once; nothing is removed that something else needs) hold whoever writes.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote

from ..errors import FailedOnArray, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LAYOUT_VERSION = 1
_APPLICATION = 0x4C756E61  # "Luna", in the header of the database
UNMADE = 0
"""The layout version of an array that was not made to the end."""

_SCHEMA = """
CREATE TABLE array (
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    wwid_prefix INTEGER NOT NULL,
    allows_faults INTEGER NOT NULL
);
CREATE TABLE pool (
    name TEXT PRIMARY KEY,
    capacity INTEGER NOT NULL CHECK (capacity > 0)
) WITHOUT ROWID;
CREATE TABLE volume (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice, and the WWID is made of it
    name TEXT NOT NULL,
    snapshot_of INTEGER REFERENCES volume (id), -- NULL: a LUN
    pool TEXT NOT NULL REFERENCES pool (name),
    size INTEGER NOT NULL CHECK (size > 0),
    provisioning TEXT NOT NULL CHECK (provisioning IN ('thin', 'thick')),
    description TEXT,
    created REAL NOT NULL,
    reserved INTEGER NOT NULL, -- bytes that are the volume's own whatever its file has allocated
    making TEXT, -- NULL: whole. Else what makes it: create, clone, copy or snapshot
    done INTEGER,
    total INTEGER
);
CREATE UNIQUE INDEX lun_name ON volume (name) WHERE snapshot_of IS NULL;
CREATE UNIQUE INDEX snapshot_name ON volume (snapshot_of, name) WHERE snapshot_of IS NOT NULL;
CREATE INDEX volume_space ON volume (pool, reserved, size);
CREATE TABLE host (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE initiator (
    name TEXT PRIMARY KEY,
    host TEXT NOT NULL REFERENCES host (name) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE TABLE mapping (
    host TEXT NOT NULL REFERENCES host (name),
    lun_number INTEGER NOT NULL,
    lun INTEGER NOT NULL REFERENCES volume (id),
    PRIMARY KEY (host, lun_number),
    UNIQUE (lun, host)
) WITHOUT ROWID;
CREATE TABLE export (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    name TEXT NOT NULL UNIQUE,
    pool TEXT NOT NULL REFERENCES pool (name),
    size INTEGER CHECK (size > 0)
);
"""


class Database:
    """Connections to one array's database: one a thread, all closed by :meth:`close`."""

    def __init__(self, file: Path, timeout: float) -> None:
        self._file = file
        self._timeout = timeout
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._one_writer = threading.Lock()  # threads of one process wait here, not in SQLite's polling
        self._undo = ExitStack()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection. Raises Unreachable where there is no array."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is None:
            found = self._local.connection = self._open()
        return found

    def require(self) -> None:
        """Raise Unreachable where there is no array (any more)."""
        self.connection.execute("SELECT 1 FROM array").fetchone()

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """A transaction that alone may write. It is on disk when the block ends; an exception undoes it."""
        connection = self.connection
        with self._one_writer:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
                self._undo.pop_all()
            except BaseException:
                try:
                    self._undo.close()
                finally:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                raise

    def on_failure(self, undo: Callable[[], object]) -> None:
        """Inside a change: what to do outside of the database when the change fails, up to its commit."""
        self._undo.callback(undo)

    def close(self) -> None:
        """Close what every thread opened."""
        while self._opened:
            self._opened.pop().close()
        self._local = threading.local()

    def _open(self) -> sqlite3.Connection:
        if not self._file.is_file():
            raise Unreachable(
                f"array {self._file.parent}: there is no array in this folder; make one with the module directory_array"
            )
        connection = open_file(self._file, self._timeout, "rw")
        self._opened.append(connection)
        if layout_version(connection, self._file.parent) == UNMADE:
            raise Unreachable(
                f"array {self._file.parent}: it was not made to the end; make it again with the module directory_array"
            )
        return connection


def open_file(file: Path, timeout: float, mode: str) -> sqlite3.Connection:
    """A connection to the database ``file``, with ``mode`` as in SQLite's URIs (``rw`` or ``rwc``).

    The rollback journal is kept between transactions: a full filesystem then still has room to remove things, which a
    write-ahead log would not have. Raises FailedOnArray for the database of another program, which stays untouched.
    """
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode={mode}",
        uri=True,
        timeout=timeout,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _refuse_foreign(connection, file)
        connection.execute("PRAGMA journal_mode = PERSIST")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_foreign(connection: sqlite3.Connection, file: Path) -> None:
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and owner != _APPLICATION:
        raise FailedOnArray(f"array {file.parent}", "application", f"{file.name} is the database of another program")


def layout_version(connection: sqlite3.Connection, folder: Path) -> int:
    """The version of the array's layout, :data:`UNMADE` for none. Raises FailedOnArray for one that is too new."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > LAYOUT_VERSION:
        raise FailedOnArray(
            f"array {folder}", "version", f"layout {version} is newer than {LAYOUT_VERSION}, the newest known"
        )
    return int(version)


def create_tables(connection: sqlite3.Connection) -> None:
    """Make the empty tables, inside the caller's transaction."""
    for statement in _SCHEMA.split(";\n"):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {_APPLICATION}")
    connection.execute(f"PRAGMA user_version = {LAYOUT_VERSION}")
