#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Makes and removes embedded arrays."""

from __future__ import annotations

DOCUMENTATION = r"""
module: directory_array
short_description: Make, change or remove an embedded array in a folder
version_added: 0.1.0
description:
  - An embedded array is a folder with pools in it. It serves LUNs as files, exports as folders, and needs no daemon and
    no root. The driver V(directory) of the other modules speaks to it.
author:
  - The Lunar contributors (@lunar-storage)
extends_documentation_fragment:
  - lunar.storage.attributes
options:
  address:
    description:
      - The array's folder, an absolute path. It is made when it is missing.
    type: path
    required: true
  name:
    description:
      - The array's name. The default is the folder's name.
    type: str
  pools:
    description:
      - Pools that the array has. Pools that are not in the list stay as they are.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description:
          - The pool's name.
        type: str
        required: true
      capacity:
        description:
          - How much the pool holds, such as V(100GiB), V(2TB) or bytes. It bounds the sum of sizes of thick LUNs and
            the allocated bytes of thin ones. It can be lowered down to what is in use.
        type: str
        required: true
  allow_faults:
    description:
      - Whether tasks may ask this array to fail, see O(lunar.storage.lun#module:array.options). For tests only.
    type: bool
    default: false
  force:
    description:
      - Whether O(state=absent) may remove an array that still has LUNs, snapshots or exports, with all their data.
    type: bool
    default: false
  state:
    description:
      - Whether the array is there.
    type: str
    choices: [absent, present]
    default: present
seealso:
  - module: lunar.storage.lun
  - module: lunar.storage.storage_array_info
"""

EXAMPLES = r"""
- name: Make an array with two pools
  lunar.storage.directory_array:
    address: /srv/array
    pools:
      - name: gold
        capacity: 100GiB
      - name: silver
        capacity: 2TiB

- name: Remove it, unless something is stored in it
  lunar.storage.directory_array:
    address: /srv/array
    state: absent
"""

RETURN = r"""
array:
  description: The array as it is now, or would be in check mode; empty when there is none.
  returned: success
  type: dict
  contains:
    address:
      description: The folder.
      type: str
      returned: when there is an array
      sample: /srv/array
    name:
      description: The array's name.
      type: str
      returned: when there is an array
      sample: array
    pools:
      description: The capacity in bytes of each pool, by the pool's name.
      type: dict
      returned: when there is an array
      sample: {"gold": 107374182400}
    allow_faults:
      description: Whether tasks may ask this array to fail.
      type: bool
      returned: when there is an array
      sample: false
error_kind:
  description: What kind of error it was, such as V(invalid_value), V(has_dependants), V(no_space) or V(denied).
  returned: failure
  type: str
  sample: invalid_value
"""


from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory import folder
from ansible_collections.lunar.storage.plugins.module_utils.failure import failures_reported


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "address": {"type": "path", "required": True},
            "name": {"type": "str"},
            "pools": {
                "type": "list",
                "elements": "dict",
                "default": [],
                "options": {
                    "name": {"type": "str", "required": True},
                    "capacity": {"type": "str", "required": True},
                },
            },
            "allow_faults": {"type": "bool", "default": False},
            "force": {"type": "bool", "default": False},
            "state": {"type": "str", "choices": ["absent", "present"], "default": "present"},
        },
        supports_check_mode=True,
    )
    with failures_reported(module):
        change = folder.change(module.params)
        changed = change.before != change.after
        if changed and not module.check_mode:
            change.carry_out()
    before, after = folder.told(change.before), folder.told(change.after)
    module.exit_json(changed=changed, array=after, diff={"before": before, "after": after})


if __name__ == "__main__":
    main()
