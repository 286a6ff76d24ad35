# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names, and descriptions, of things that the collection makes: LUNs, pools, hosts, snapshots, exports."""

from __future__ import annotations

import re

from .errors import InvalidValue

LONGEST_NAME = 128
LONGEST_DESCRIPTION = 255
_ALLOWED = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:+-]*", re.ASCII)


def check_name(field: str, name: object) -> str:
    """``name`` itself, when it is safe as a name on any array, in any path and in any shell.

    Letters, digits and ``_ . : + -``, not starting with one of the last four, at most 128 characters. Raises
    InvalidValue that names ``field``.
    """
    if not isinstance(name, str) or not name:
        raise InvalidValue(field, name, "is empty; give a name")
    if len(name) > LONGEST_NAME:
        raise InvalidValue(field, name, f"is {len(name)} characters long; at most {LONGEST_NAME} are allowed")
    if not _ALLOWED.fullmatch(name):
        raise InvalidValue(
            field, name, "is not a name; use letters, digits and _ . : + - and start with a letter, digit or _"
        )
    return name


def check_description(field: str, text: str) -> str:
    """``text`` itself, when it is one line of at most 255 characters. Raises InvalidValue that names ``field``."""
    if len(text) > LONGEST_DESCRIPTION:
        raise InvalidValue(field, text[:20] + "...", f"is {len(text)} characters long; at most {LONGEST_DESCRIPTION}")
    if text and not text.isprintable():
        raise InvalidValue(field, text, "is not one line of text")
    return text
