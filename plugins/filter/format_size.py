# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Sizes for people."""

from __future__ import annotations

DOCUMENTATION = r"""
name: format_size
short_description: Write a number of bytes for people
version_added: 0.1.0
author:
  - The Lunar contributors (@lunar-storage)
description:
  - Writes bytes, as the modules return them, in the largest unit (powers of 1024) that keeps the number readable.
options:
  _input:
    description: Bytes.
    type: int
    required: true
"""

EXAMPLES = r"""
- name: Tell how much is free
  ansible.builtin.debug:
    msg: "{{ 10737418240 | lunar.storage.format_size }}"  # 10 GiB
"""

RETURN = r"""
_value:
  description: The size, such as V(10 GiB).
  type: str
"""

from typing import TYPE_CHECKING

from ansible_collections.lunar.storage.plugins.module_utils.sizes import format_size

if TYPE_CHECKING:
    from collections.abc import Callable


class FilterModule:
    """Ansible looks for this class."""

    def filters(self) -> dict[str, Callable[[int], str]]:
        """The filters of this file by name."""
        return {"format_size": format_size}
