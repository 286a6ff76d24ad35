# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness of the driver ``directory``: every test gets folders of its own."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.folder import change
from lunar_contract.harness import ArrayHarness, Impossible

if TYPE_CHECKING:
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.export import Export
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping

MIB = 1024**2
_FICLONE = 0x40049409  # linux/fs.h: _IOW(0x94, 9, int)
_TIMEOUT = 0.3  # seconds until a slow call is given up


class DirectoryHarness(ArrayHarness):
    """An embedded array, made with ``allow_faults``."""

    is_fresh: ClassVar[bool] = True
    patience: ClassVar[float] = 5.0
    driver: ClassVar[str] = "directory"

    def set_up(self) -> None:
        _make(self._folder)

    def connection(self) -> Connection:
        return Connection(self.driver, str(self._folder))

    def another_array(self) -> Connection:
        folder = self.workspace / "another"
        _make(folder)
        return Connection(self.driver, str(folder))

    @property
    def pool(self) -> str:
        return "wide"

    @property
    def small_pool(self) -> str:
        return "small"

    @property
    def size(self) -> int:
        return MIB

    def size_seen(self, mapping: Mapping) -> int | None:
        try:
            return _path(mapping).stat().st_size
        except FileNotFoundError:
            return None

    def read(self, mapping: Mapping, offset: int, length: int) -> bytes:
        with _path(mapping).open("rb") as file:
            return os.pread(file.fileno(), length, offset)

    def write(self, mapping: Mapping, offset: int, data: bytes) -> None:
        with _path(mapping).open("r+b") as file:
            os.pwrite(file.fileno(), data, offset)
            os.fsync(file.fileno())

    def write_file(self, export: Export, name: str, data: bytes) -> None:
        (Path(export.location) / name).write_bytes(data)

    def remove_file(self, export: Export, name: str) -> None:
        (Path(export.location) / name).unlink()

    def can_clone_file(self, export: Export, name: str) -> bool:
        original = Path(export.location) / name
        clone = original.with_suffix(".clone")
        with original.open("rb") as source, clone.open("wb") as target:
            try:
                fcntl.ioctl(target, _FICLONE, source.fileno())
                return True
            except OSError:
                return False
            finally:
                clone.unlink()

    def unreachable(self) -> Connection:
        return Connection(self.driver, str(self.workspace / "nowhere"))

    def denied(self) -> Connection:
        return self._suffering(kind="denied")

    def failing(self, operation: str) -> Connection:
        return self._suffering(kind="failing", operation=operation)

    def timing_out(self, operation: str) -> Connection:
        return self._suffering(kind="slow", operation=operation, seconds=10 * _TIMEOUT)

    @property
    def _folder(self) -> Path:
        return self.workspace / "array"

    def _suffering(self, **fault: object) -> Connection:
        timeout = _TIMEOUT if fault["kind"] == "slow" else 60.0
        return Connection(self.driver, str(self._folder), timeout=timeout, options={"faults": [fault]})


def _make(folder: Path) -> None:
    pools = [{"name": "wide", "capacity": 1024 * MIB}, {"name": "small", "capacity": 8 * MIB}]
    options = {"address": str(folder), "name": None, "state": "present", "pools": pools, "allow_faults": True}
    change(options).carry_out()


def _path(mapping: Mapping) -> Path:
    if mapping.path is None:
        raise Impossible("the mapping has no path that this machine could open")
    return Path(mapping.path)
