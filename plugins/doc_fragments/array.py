# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ``array`` option."""

from __future__ import annotations


class ModuleDocFragment:
    """How an array is reached; the specification is in ``module_utils/arrays/arguments.py``."""

    DOCUMENTATION = r"""
options:
  array:
    description:
      - The array, and how to reach it. Set it once for a play with C(module_defaults) and the action group
        C(lunar.storage.array).
    type: dict
    suboptions: &connection
      driver:
        description:
          - Who speaks to the array. V(directory) comes with the collection; others are installed as Python packages
            with an entry point C(lunar.arrays).
        type: str
        default: directory
      address:
        description:
          - Where the array is, in its driver's terms. For V(directory) it is the array's folder.
        type: str
      port:
        description:
          - TCP port of the array's management, where the driver uses one.
        type: int
      username:
        description:
          - Who asks, where the driver needs to know.
        type: str
      password:
        description:
          - The password of O(array.username).
        type: str
      validate_certs:
        description:
          - Whether the certificate of the array's management must be valid, where the driver uses one.
        type: bool
      timeout:
        description:
          - Seconds that one call to the array may take.
        type: float
        default: 60
      options:
        description:
          - What only this driver knows.
          - V(directory) knows C(faults), a list of dictionaries with C(operation) (such as C(create_lun); every one by default) and C(kind)
            (one of C(slow), C(failing), C(full), C(unreachable), C(denied)), for tests of what happens when an array fails.
            It is refused unless the array was made with O(lunar.storage.directory_array#module:allow_faults).
        type: dict
        default: {}
"""
