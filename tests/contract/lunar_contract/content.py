# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data that was read: compared as bytes, told in one line."""

from __future__ import annotations

import hashlib


class Content:
    """Bytes of a LUN. pytest would compare megabytes of bytes line by line when a test fails; it leaves these alone."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Content):
            return self._data == other._data
        return self._data == other

    def __hash__(self) -> int:
        return hash(self._data)

    def __add__(self, more: bytes) -> Content:
        return Content(self._data + more)

    def startswith(self, data: bytes) -> bool:
        """Whether these are the first bytes."""
        return self._data.startswith(data)

    def __repr__(self) -> str:
        return f"<{len(self._data)} bytes, SHA-256 {hashlib.sha256(self._data).hexdigest()[:16]}>"
