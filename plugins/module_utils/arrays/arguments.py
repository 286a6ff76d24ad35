# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``array`` option, as every module that talks to an array takes it. Documented in the fragment ``array``."""

from __future__ import annotations

from .connection import DEFAULT_TIMEOUT


def array_option() -> dict[str, object]:
    """The argument specification of one array's connection."""
    return {
        "type": "dict",
        "options": {
            "driver": {"type": "str", "default": "directory"},
            "address": {"type": "str"},
            "port": {"type": "int"},
            "username": {"type": "str"},
            "password": {"type": "str", "no_log": True},
            "validate_certs": {"type": "bool"},
            "timeout": {"type": "float", "default": DEFAULT_TIMEOUT},
            "options": {"type": "dict", "default": {}},
        },
    }
