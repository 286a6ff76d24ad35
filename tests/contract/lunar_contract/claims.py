# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A driver that claims something else than it would by itself."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ansible_collections.lunar.storage.plugins.module_utils.arrays.registry import driver_class

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.capabilities import Capabilities
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import Driver


def claiming(connection: Connection, **claims: Any) -> Driver:
    """The connection's driver with these capabilities instead of its own.

    Its list ``operations`` tells which operations were entered, by their public names.
    """
    real = driver_class(connection.driver)

    class Claiming(real):  # type: ignore[misc,valid-type]  # a class known at run time
        operations: list[str]

        def __init__(self, connection: Connection) -> None:
            self.operations = []
            super().__init__(connection)

        def _capabilities(self) -> Capabilities:
            own: Capabilities = super()._capabilities()
            return replace(own, **claims)

        @contextmanager
        def _operation(self, name: str) -> Iterator[None]:
            self.operations.append(name)
            with super()._operation(name):
                yield

    return Claiming(connection)
