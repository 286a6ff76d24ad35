# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What nearly every test needs: an array with clients, LUNs, hosts, and a look at the data."""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.luns import provision
from ansible_collections.lunar.storage.plugins.module_utils.arrays.registry import connect

from .claims import claiming
from .content import Content
from .state import State, settled, state_of
from .waiting import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.capabilities import Capabilities
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.luns import Done

    from .harness import ArrayHarness
    from .waiting import Found

BLOCK = 4096
PREFIX = "contract-"
"""All that the suite makes is named so."""

_TASK: dict[str, Any] = {
    "name": None,
    "state": "present",
    "pool": None,
    "size": None,
    "provisioning": "default",
    "source": None,
    "hosts": None,
    "append": False,
    "lun_number": None,
    "allow_shrink": False,
    "force_unmap": False,
    "description": None,
    "luns": None,
}


def pattern(seed: int, length: int) -> bytes:
    """Bytes that no other seed gives."""
    return random.Random(seed).randbytes(length)  # noqa: S311  # not a secret


def task_options(**options: Any) -> dict[str, Any]:
    """The options of the module ``lun``, with its defaults for those that are not given."""
    return {**_TASK, **options}


class ArrayUnderTest:
    """One array, made ready for one test."""

    def __init__(self, harness: ArrayHarness) -> None:
        self.harness = harness
        self._clients: list[Driver] = []
        self._initiators = 0

    def close(self) -> None:
        """Close all clients."""
        while self._clients:
            self._clients.pop().close()

    # Clients

    @cached_property
    def driver(self) -> Driver:
        """The client that a test acts with."""
        return self.client()

    @cached_property
    def other(self) -> Driver:
        """A second client, which a test looks with."""
        return self.client()

    def client(self) -> Driver:
        """A client more, which has asked nothing yet."""
        return self._kept(self.harness.client())

    def client_of(self, connection: Connection) -> Driver:
        """A client that comes another way."""
        return self._kept(connect(connection))

    def claiming(self, **claims: Any) -> Driver:
        """A client whose driver claims these capabilities; see claims.py."""
        return self._kept(claiming(self.harness.connection(), **claims))

    @property
    def can(self) -> Capabilities:
        """What the array claims."""
        return self.driver.capabilities()

    def require(self, capability: str) -> None:
        """Leave the test, visibly, when the array does not claim what it is about."""
        if not getattr(self.can, capability):
            pytest.skip(f"the array does not claim: {capability}")

    # Making

    def new(self, name: str, **fields: Any) -> NewLun:
        """What is said to make an ordinary LUN, with the suite's prefix before its name."""
        asked: dict[str, Any] = {"pool": self.harness.pool, "size": self.harness.size, **fields}
        return NewLun(PREFIX + name, **asked)

    def replica(self, name: str, **fields: Any) -> NewLun:
        """What is said to make a LUN with the size and content of another."""
        return self.new(name, **{"size": None, **fields})

    def lun(self, name: str, **fields: Any) -> Lun:
        """An ordinary new LUN."""
        return self.driver.create_lun(self.new(name, **fields))

    def initiator(self) -> str:
        """An initiator that no host has."""
        self._initiators += 1
        return self.harness.initiator(self._initiators)

    def host(self, name: str) -> Host:
        """A new host with one initiator."""
        return self.driver.create_host(PREFIX + name, [self.initiator()])

    def provision(self, name: str, *, by: Connection | None = None, **options: Any) -> Done:
        """Run the module ``lun`` for one LUN, over the connection ``by`` or the healthy one."""
        return self.task(by=by, name=PREFIX + name, **options)

    def provision_ordinary(self, name: str, *, by: Connection | None = None, **options: Any) -> Done:
        """Run the module ``lun`` for a LUN as :meth:`lun` makes it."""
        asked = {"pool": self.harness.pool, "size": str(self.harness.size), **options}
        return self.provision(name, by=by, **asked)

    def task(self, *, by: Connection | None = None, **options: Any) -> Done:
        """Run the module ``lun`` with these options."""
        return provision(by or self.harness.connection(), task_options(**options))

    # Looking

    def listed(self, lun: Lun) -> Lun | None:
        """The LUN as another client lists it, by its WWID."""
        return next((one for one in self.other.luns() if one.wwid == lun.wwid), None)

    def named(self, name: str) -> list[Lun]:
        """The LUNs with this name (the prefix is added), as another client lists them."""
        return [one for one in self.other.luns() if one.name == PREFIX + name]

    def mapping(self, lun: Lun, host: Host) -> Mapping | None:
        """The LUN's mapping to the host, as another client lists it."""
        found = [one for one in self.other.mappings() if one.lun_wwid == lun.wwid and one.host == host.name]
        return found[0] if found else None

    def pool(self, name: str) -> Pool:
        """The pool as a client sees it that has not looked before."""
        with self._looking() as client:
            return next(pool for pool in client.pools() if pool.name == name)

    def state(self) -> State:
        """All that the array holds, as another client lists it."""
        return state_of(self.other)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Fail when the array holds something else after the block than before."""
        before = self.state()
        yield
        after = self.state()
        assert after == before, "what must not change anything changed something"

    def same(self, one: Lun | None, two: Lun | None) -> bool:
        """Whether two descriptions of a LUN agree on all that does not change by itself."""
        return one is not None and two is not None and settled(one) == settled(two)

    def soon(self, look: Callable[[], Found]) -> Found:
        """What ``look`` gives once it is true, within the harness's patience."""
        return within(self.harness.patience, look)

    # Data, as a host sees it

    def read(self, lun: Lun, offset: int = 0, length: int | None = None) -> Content:
        """The LUN's data, from ``offset`` to its end if no length is given."""
        with self._seen(lun) as mapping:
            if length is None:
                length = (self.harness.size_seen(mapping) or 0) - offset
            return Content(self.harness.read(mapping, offset, length))

    def write(self, lun: Lun, offset: int, data: bytes) -> None:
        """Write to the LUN."""
        with self._seen(lun) as mapping:
            self.harness.write(mapping, offset, data)

    def size_seen(self, lun: Lun) -> int | None:
        """The LUN's bytes as a host sees them."""
        with self._seen(lun) as mapping:
            return self.harness.size_seen(mapping)

    def filled(self, name: str, seed: int = 1, **fields: Any) -> Lun:
        """A new LUN with data at its begin, in its middle and at its end, and holes between."""
        lun = self.lun(name, **fields)
        self.write(lun, 0, pattern(seed, 4 * BLOCK))
        self.write(lun, lun.size // 2 // BLOCK * BLOCK, pattern(seed + 1000, 4 * BLOCK))
        self.write(lun, (lun.size - BLOCK) // BLOCK * BLOCK, pattern(seed + 2000, BLOCK))
        return lun

    @cached_property
    def _reader(self) -> Host:
        return self.other.create_host(PREFIX + "reader", [self.harness.initiator(0)])

    @contextmanager
    def _seen(self, lun: Lun) -> Iterator[Mapping]:
        mapping = next((one for one in self.other.mappings() if one.lun_wwid == lun.wwid), None)
        if mapping is not None:
            yield mapping
            return
        yield self.other.map_lun(lun, self._reader.name)
        self.other.unmap_lun(lun, self._reader.name)

    @contextmanager
    def _looking(self) -> Iterator[Driver]:
        client = self.harness.client()
        try:
            yield client
        finally:
            client.close()

    def _kept(self, client: Driver) -> Driver:
        self._clients.append(client)
        return client


def flipped(lun: Lun, digit: int) -> Lun:
    """The LUN with another hexadecimal digit at this place of its WWID, counted from behind."""
    place = len(lun.wwid) - 1 - digit
    changed = f"{int(lun.wwid[place], 16) ^ 1:x}"
    return replace(lun, wwid=lun.wwid[:place] + changed + lun.wwid[place + 1 :])
