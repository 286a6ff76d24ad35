# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers by name: those that come with the collection, and those that others install."""

from __future__ import annotations

import importlib.metadata
from typing import TYPE_CHECKING

from ..errors import InvalidValue

if TYPE_CHECKING:
    from .connection import Connection
    from .driver import Driver

ENTRY_POINTS = "lunar.arrays"
_BUILT_IN = ("directory",)


def connect(connection: Connection) -> Driver:
    """The driver that ``connection`` names, ready to be asked; nothing is sent to the array yet.

    Raises InvalidValue for an unknown driver or options that the driver does not take.
    """
    return driver_class(connection.driver)(connection)


def driver_class(name: str) -> type[Driver]:
    """The class of the driver ``name``. Raises InvalidValue when nobody provides it."""
    if name == "directory":
        from .directory.driver import DirectoryDriver

        return DirectoryDriver
    for entry_point in _entry_points():
        if entry_point.name == name:
            return _load(entry_point)
    raise InvalidValue("array.driver", name, f"is not a known driver; known are {', '.join(driver_names())}")


def driver_names() -> list[str]:
    """The names of all drivers that can be used on this machine, sorted."""
    return sorted({*_BUILT_IN, *(entry_point.name for entry_point in _entry_points())})


def _entry_points() -> list[importlib.metadata.EntryPoint]:
    found = importlib.metadata.entry_points()
    if hasattr(found, "select"):
        return list(found.select(group=ENTRY_POINTS))
    return list(found.get(ENTRY_POINTS, []))  # Python 3.9: a plain dict of lists


def _load(entry_point: importlib.metadata.EntryPoint) -> type[Driver]:
    try:
        return entry_point.load()  # type: ignore[no-any-return]
    except Exception as error:  # whatever somebody else's module raises when imported
        raise InvalidValue(
            "array.driver", entry_point.name, f"cannot be loaded from {entry_point.value}: {error}"
        ) from error
