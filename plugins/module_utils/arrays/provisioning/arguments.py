# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the module ``lun``, once for the task and once for each entry of ``luns``."""

from __future__ import annotations

_DEFAULTS = {
    "state": "present",
    "provisioning": "default",
    "append": False,
    "allow_shrink": False,
    "force_unmap": False,
}


def lun_options() -> dict[str, dict[str, object]]:
    """The argument specification: the fields of one LUN with their defaults, and ``luns`` with the fields of many."""
    fields = _fields()
    task = {
        name: {**field, "default": _DEFAULTS[name]} if name in _DEFAULTS else field for name, field in fields.items()
    }
    entry = {**fields, "name": {"type": "str", "required": True}}
    return {**task, "luns": {"type": "list", "elements": "dict", "options": entry}}


def _fields() -> dict[str, dict[str, object]]:
    return {
        "name": {"type": "str"},
        "state": {"type": "str", "choices": ["absent", "present"]},
        "pool": {"type": "str"},
        "size": {"type": "str"},
        "provisioning": {"type": "str", "choices": ["default", "thick", "thin"]},
        "source": {
            "type": "dict",
            "options": {
                "lun": {"type": "str", "required": True},
                "snapshot": {"type": "str"},
                "method": {"type": "str", "choices": ["clone", "copy"], "default": "clone"},
            },
        },
        "hosts": {
            "type": "list",
            "elements": "dict",
            "options": {
                "name": {"type": "str", "required": True},
                "initiators": {"type": "list", "elements": "str"},
            },
        },
        "append": {"type": "bool"},
        "lun_number": {"type": "int"},
        "allow_shrink": {"type": "bool"},
        "force_unmap": {"type": "bool"},
        "description": {"type": "str"},
    }
