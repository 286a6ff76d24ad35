# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an array is and who asks: the ``array`` option of every module, checked by the driver it names."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from ..errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DEFAULT_TIMEOUT = 60.0
LONGEST_TIMEOUT = 86400.0


@dataclass(frozen=True)
class Connection:
    """The options to reach one array. ``options`` are what only its driver knows."""

    driver: str
    address: str | None = None
    port: int | None = None
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    validate_certs: bool | None = None
    timeout: float = DEFAULT_TIMEOUT
    """Seconds that one call to the array may take."""
    options: Mapping[str, object] = field(default_factory=dict, repr=False)

    @classmethod
    def from_options(cls, array: Mapping[str, object]) -> Connection:
        """The connection meant by an ``array`` option, in which ``None`` stands for what was not given.

        Raises InvalidValue for a timeout of no time, or of more than a day.
        """
        given = {name: value for name, value in array.items() if value is not None}
        connection = cls(**given)  # type: ignore[arg-type]  # typed by the argument spec
        if not 0 < connection.timeout <= LONGEST_TIMEOUT:
            raise InvalidValue("array.timeout", connection.timeout, f"is not between 0 and {LONGEST_TIMEOUT:g} seconds")
        return connection


@dataclass(frozen=True)
class Accepted:
    """What a driver takes of a connection."""

    required: frozenset[str]
    """Fields of :class:`Connection` that must be given."""
    optional: frozenset[str] = frozenset()
    """Fields that may be given; ``driver``, ``timeout`` and ``options`` always may."""
    options: Mapping[str, Callable[[str, object], object]] = field(default_factory=dict)
    """For each of the driver's own options, what checks and converts it: called with the field's name and value."""


def check_connection(connection: Connection, accepted: Accepted) -> dict[str, object]:
    """The driver's own options, converted. Raises InvalidValue for what is missing, unknown or wrong."""
    for name in sorted(accepted.required):
        if getattr(connection, name) in (None, ""):
            raise InvalidValue(f"array.{name}", "", f"is required by the driver {connection.driver}")
    allowed = accepted.required | accepted.optional | {"driver", "timeout", "options"}
    for given in fields(Connection):
        if given.name not in allowed and getattr(connection, given.name) is not None:
            raise InvalidValue(
                f"array.{given.name}", "...", f"is not used by the driver {connection.driver}; remove it"
            )
    for name in connection.options:
        if name not in accepted.options:
            known = ", ".join(sorted(accepted.options)) or "none"
            raise InvalidValue(
                "array.options", name, f"is not an option of the driver {connection.driver} (its options: {known})"
            )
    return {name: accepted.options[name](f"array.options.{name}", value) for name, value in connection.options.items()}
