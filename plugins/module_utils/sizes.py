# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sizes as people write them, and as bytes."""

from __future__ import annotations

import re

from .errors import InvalidValue

_BINARY: dict[str, int] = {letter: 1024**power for power, letter in enumerate("KMGTPE", start=1)}
_DECIMAL: dict[str, int] = {letter: 1000**power for power, letter in enumerate("KMGTPE", start=1)}
_FORM = re.compile(r"(?P<number>\d{1,30}(?:\.\d{1,30})?)\s*(?P<unit>[KMGTPE]?(?:iB?|B)?)", re.IGNORECASE | re.ASCII)


def parse_size(field: str, value: object) -> int:
    """Bytes meant by ``value``: a number of bytes, or a number with a unit.

    ``G`` and ``GiB`` are powers of 1024, ``GB`` is a power of 1000; ``1.5TiB`` is fine as long as whole bytes
    come out. Raises InvalidValue, naming ``field``, for anything else, for zero, and for what is negative.
    """
    match = None if isinstance(value, bool) else _FORM.fullmatch(str(value).strip())
    if match is None:
        raise InvalidValue(field, value, "is not a size; write bytes or a form such as 500M, 10GiB or 10GB")
    whole, _point, decimals = match["number"].partition(".")
    size, rest = divmod(int(whole + decimals) * _factor(match["unit"].upper()), int(10 ** len(decimals)))
    if rest:
        raise InvalidValue(field, value, "is not a whole number of bytes")
    if size == 0:
        raise InvalidValue(field, value, "must be more than zero bytes")
    return int(size)


def _factor(unit: str) -> int:
    letter = unit.rstrip("B").rstrip("I")
    if not letter:
        return 1
    return _DECIMAL[letter] if unit == f"{letter}B" else _BINARY[letter]


def format_size(size: int) -> str:
    """A size for people, in the largest binary unit that keeps it readable: ``10 GiB``, ``1.5 TiB``."""
    for letter, factor in reversed(_BINARY.items()):
        if size >= factor:
            return f"{size / factor:.4g} {letter}iB"
    return f"{size} B"


def round_up(size: int, granularity: int) -> int:
    """The smallest multiple of ``granularity`` that holds ``size`` bytes."""
    return -(-size // granularity) * granularity
