# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every layer may raise: a sentence that a user can act on."""

from __future__ import annotations

from typing import ClassVar


class StorageError(Exception):
    """The base of all errors that are reported, not crashed on. ``str()`` is the whole sentence."""

    kind: ClassVar[str] = "error"


class InvalidValue(StorageError):
    """A value that cannot be meant. Raised before anything is touched."""

    kind = "invalid_value"

    def __init__(self, field: str, value: object, reason: str) -> None:
        super().__init__(f"{field}: {value!r} {reason}")
        self.field = field
