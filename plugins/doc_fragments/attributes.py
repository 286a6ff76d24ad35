# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module of the collection supports."""

from __future__ import annotations


class ModuleDocFragment:
    """Attributes of modules."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode and tell what would change without changing it.
    support: full
  diff_mode:
    description: Tells in diff mode what changes, or would change in check mode.
    support: full
  idempotent:
    description: When run again with the same arguments, changes nothing.
    support: full
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    description: Can run in check mode; it never changes anything.
    support: full
  diff_mode:
    description: Tells in diff mode what changes.
    support: N/A
    details:
      - This module changes nothing.
  idempotent:
    description: When run again with the same arguments, changes nothing.
    support: full
"""
