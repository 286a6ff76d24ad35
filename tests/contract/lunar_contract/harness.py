# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the suite needs beside a driver: the array itself, a host's view of its LUNs, and its faults.

Subclass :class:`ArrayHarness`, and name the subclass in ``--array-harness package.module:Class``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ansible_collections.lunar.storage.plugins.module_utils.arrays.registry import connect

if TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.export import Export
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping


class Impossible(Exception):
    """What a test needs cannot be had from this array, and why.

    A harness raises it wherever it must. The test is then skipped with the reason, and the reason is listed at the end
    of the run: what was not shown stays visible.
    """


class ArrayHarness(ABC):
    """One array to be tested. A harness is made anew for every test.

    Nobody else may use the array meanwhile: tests compare all that is on it before and after.
    """

    is_fresh: ClassVar[bool] = False
    """Whether every test gets an array of its own. If not, the suite removes after each test what the test made."""
    patience: ClassVar[float] = 30.0
    """Seconds within which the array finishes small jobs, and tells of space that was written to."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace
        """An empty folder, removed after the test."""

    def set_up(self) -> None:
        """Make the array ready."""

    def tear_down(self) -> None:
        """Give back what :meth:`set_up` took. Not called when that failed."""

    # The array

    @abstractmethod
    def connection(self) -> Connection:
        """The way to the healthy array. The driver it names is installed, so that the registry finds it."""

    def client(self) -> Driver:
        """A new driver object, which shares nothing with those made before."""
        return connect(self.connection())

    @abstractmethod
    def another_array(self) -> Connection:
        """The way to a second array of the same kind."""

    @property
    @abstractmethod
    def pool(self) -> str:
        """A pool that reports its sizes, with room for a hundred LUNs of :attr:`size`."""

    @property
    @abstractmethod
    def small_pool(self) -> str:
        """Another pool that reports its sizes, with room for two to sixteen LUNs of :attr:`size`."""

    @property
    def thick_pool(self) -> str:
        """A pool in which thick LUNs can be made."""
        return self.pool

    @property
    @abstractmethod
    def size(self) -> int:
        """Bytes of an ordinary LUN: at least 1 MiB, a multiple of the granularity, more than the smallest LUN."""

    def initiator(self, number: int) -> str:
        """An initiator's normalised name, another for each number from 0 to 99."""
        return f"iqn.2026-01.com.example:contract-{number}"

    # A host's view

    @abstractmethod
    def size_seen(self, mapping: Mapping) -> int | None:
        """The LUN's bytes as the mapping's host sees them now; ``None`` when the host does not find the LUN."""

    @abstractmethod
    def read(self, mapping: Mapping, offset: int, length: int) -> bytes:
        """What the mapping's host reads. Offset and length are multiples of 4096."""

    @abstractmethod
    def write(self, mapping: Mapping, offset: int, data: bytes) -> None:
        """Let the mapping's host write. It is on the array when the call returns."""

    def write_file(self, export: Export, name: str, data: bytes) -> None:
        """Let a host write a file into the export."""
        raise Impossible("this harness does not reach into exports")

    def remove_file(self, export: Export, name: str) -> None:
        """Let a host remove a file from the export."""
        raise Impossible("this harness does not reach into exports")

    def can_clone_file(self, export: Export, name: str) -> bool:
        """Whether a host gets the array, or its filesystem, to make a second file that shares this one's blocks."""
        raise Impossible("this harness does not reach into exports")

    # Faults. Operations are named as the contract's public methods: ``create_lun``

    @abstractmethod
    def unreachable(self) -> Connection:
        """A way that leads to no array: a wrong address, or one where nobody answers."""

    @abstractmethod
    def denied(self) -> Connection:
        """A way to the healthy array that is refused: a wrong password, or a user without rights."""

    @abstractmethod
    def failing(self, operation: str) -> Connection:
        """A way to the healthy array on which ``operation`` is accepted by the array, and fails there."""

    @abstractmethod
    def timing_out(self, operation: str) -> Connection:
        """A way to the healthy array on which ``operation`` outlives the timeout. The array does the work all the same.

        Keep the timeout small: tests wait for it.
        """
