#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""LUNs of an array."""

from __future__ import annotations

DOCUMENTATION = r"""
module: lun
short_description: Make, resize, clone, map and remove LUNs on any array
version_added: 0.1.0
description:
  - Makes any number of LUNs of one array what the task asks them to be. The array is read once, everything is planned
    and checked against that, and only then something is changed; independent LUNs are worked on side by side.
  - When one LUN fails, the others are still finished; the failure names it, RV(luns) tells what became of each, and
    running the task again does the rest.
  - A LUN is found by its name. It is never renamed, and never moved to another pool.
author:
  - The Lunar contributors (@lunar-storage)
extends_documentation_fragment:
  - lunar.storage.array
  - lunar.storage.attributes
options:
  array:
    required: true
  luns:
    description:
      - The LUNs. The options beside it, all but O(name), are the defaults of every entry.
    type: list
    elements: dict
    suboptions: &lun
      name:
        description:
          - The LUN's name; letters, digits and C(_ . &#58; + -), at most 128 of them.
        type: str
        required: true
      state:
        description:
          - Whether the LUN is there. A LUN that is mapped, or that has snapshots, is not removed; see O(force_unmap).
        type: str
        choices: [absent, present]
      pool:
        description:
          - The pool to make it in. A LUN made from a source goes into the source's pool unless told otherwise.
        type: str
      size:
        description:
          - The size, such as V(10GiB), V(1.5T) (powers of 1024), V(500GB) (powers of 1000) or bytes. Arrays may round it
            up.
          - A LUN that is smaller grows. One that is larger is refused unless O(allow_shrink).
          - With O(source), it may be larger than the source.
        type: str
      provisioning:
        description:
          - Whether a new LUN takes its space when hosts write (V(thin)) or at once (V(thick)); V(default) leaves it to the
            array.
        type: str
        choices: [default, thick, thin]
      source:
        description:
          - What a new LUN takes its content from. It may be a LUN that the same task makes. Ignored when the LUN is
            there.
        type: dict
        suboptions:
          lun:
            description:
              - The name of a LUN.
            type: str
            required: true
          snapshot:
            description:
              - The name of one of its snapshots; without it the LUN's content of this moment is taken.
            type: str
          method:
            description:
              - V(clone) is the array's quickest way, V(copy) gives the new LUN blocks of its own.
            type: str
            choices: [clone, copy]
            default: clone
      hosts:
        description:
          - The hosts that may use the LUN; hosts and initiators that the array does not know yet are made known to it.
          - Exactly these, or these too with O(append). Without the option all mappings stay as they are.
          - As taking a LUN from a host that still uses it loses data, that needs O(force_unmap).
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - The host's name.
            type: str
            required: true
          initiators:
            description:
              - Its initiators - IQNs, WWPNs or NQNs, in any case. Needed when the array does not know the host.
            type: list
            elements: str
      append:
        description:
          - Whether O(hosts), and their initiators, are added to what is there.
        type: bool
      lun_number:
        description:
          - The LUN number on each of O(hosts). Without it a host's lowest free number is taken.
        type: int
      allow_shrink:
        description:
          - Whether a LUN may be cut down to a smaller O(size). What lies behind is lost.
        type: bool
      force_unmap:
        description:
          - Whether the LUN may be taken from hosts; make it gone there first.
        type: bool
      description:
        description:
          - A description, on arrays that keep one.
        type: str
  name:
    description:
      - The LUN's name, instead of O(luns).
    type: str
  state:
    description:
      - See O(luns[].state).
    type: str
    choices: [absent, present]
    default: present
  pool:
    description:
      - See O(luns[].pool).
    type: str
  size:
    description:
      - See O(luns[].size).
    type: str
  provisioning:
    description:
      - See O(luns[].provisioning).
    type: str
    choices: [default, thick, thin]
    default: default
  source:
    description:
      - See O(luns[].source).
    type: dict
    suboptions:
      lun:
        description:
          - See O(luns[].source.lun).
        type: str
        required: true
      snapshot:
        description:
          - See O(luns[].source.snapshot).
        type: str
      method:
        description:
          - See O(luns[].source.method).
        type: str
        choices: [clone, copy]
        default: clone
  hosts:
    description:
      - See O(luns[].hosts).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - See O(luns[].hosts[].name).
        type: str
        required: true
      initiators:
        description:
          - See O(luns[].hosts[].initiators).
        type: list
        elements: str
  append:
    description:
      - See O(luns[].append).
    type: bool
    default: false
  lun_number:
    description:
      - See O(luns[].lun_number).
    type: int
  allow_shrink:
    description:
      - See O(luns[].allow_shrink).
    type: bool
    default: false
  force_unmap:
    description:
      - See O(luns[].force_unmap).
    type: bool
    default: false
  description:
    description:
      - See O(luns[].description).
    type: str
seealso:
  - module: lunar.storage.storage_array_info
  - module: lunar.storage.directory_array
"""

EXAMPLES = r"""
- name: Make a LUN
  lunar.storage.lun:
    array: {address: /srv/array}
    name: database
    pool: gold
    size: 10GiB

- name: Make two LUNs and map them to two hosts
  lunar.storage.lun:
    array: {address: /srv/array}
    pool: gold
    size: 100GiB
    hosts:
      - name: alpha
        initiators: [iqn.2026-01.com.example:alpha]
      - name: beta
        initiators: [iqn.2026-01.com.example:beta, "21:00:00:24:ff:7f:00:01"]
    luns:
      - name: vm-store-1
      - name: vm-store-2
        size: 200GiB

- name: Clone one, larger than its source
  lunar.storage.lun:
    array: {address: /srv/array}
    name: database-test
    size: 20GiB
    source:
      lun: database

- name: Let one more host use it
  lunar.storage.lun:
    array: {address: /srv/array}
    name: database
    append: true
    hosts:
      - name: alpha

- name: Remove it once it is gone from its hosts
  lunar.storage.lun:
    array: {address: /srv/array}
    name: database
    state: absent
    force_unmap: true
"""

RETURN = r"""
luns:
  description:
    - Each LUN of the task, in the task's order. When the task fails after it began, also what became of each.
    - In check mode what would be; what only the array can tell, such as the WWID of a new LUN, is V(null).
  returned: unless refused before anything was tried
  type: list
  elements: dict
  contains:
    name:
      description: The LUN's name.
      type: str
      returned: always
      sample: database
    state:
      description: V(present) or V(absent).
      type: str
      returned: always
      sample: present
    changed:
      description: Whether something was done.
      type: bool
      returned: always
      sample: true
    actions:
      description:
        - What was done, in order; some of V(created), V(cloned), V(copied), V(resized), V(described), V(unmapped),
          V(mapped), V(deleted).
      type: list
      elements: str
      returned: always
      sample: [created, mapped]
    wwid:
      description: The LUN's identity, as hosts see it.
      type: str
      returned: always
      sample: naa.3005fe0b00000001
    id:
      description: The array's own name for the LUN.
      type: str
      returned: always
      sample: naa.3005fe0b00000001
    pool:
      description: The pool it lies in.
      type: str
      returned: always
      sample: gold
    size:
      description: The real size in bytes.
      type: int
      returned: always
      sample: 10737418240
    used:
      description: Allocated bytes, V(null) where the array does not say.
      type: int
      returned: always
      sample: 0
    provisioning:
      description: V(thin) or V(thick), V(null) where the array does not say.
      type: str
      returned: always
      sample: thin
    description:
      description: The LUN's description.
      type: str
      returned: always
      sample: the database's data
    mappings:
      description: The hosts that may use it, and how they reach it.
      type: list
      elements: dict
      returned: always
      contains:
        host:
          description: The host's name.
          type: str
          returned: always
          sample: alpha
        lun_number:
          description: The LUN number on this host.
          type: int
          returned: always
          sample: 0
        transports:
          description: The transports that the host and the array share.
          type: list
          elements: str
          returned: always
          sample: [iscsi]
        portals:
          description: The target portals of these transports.
          type: list
          elements: dict
          returned: always
          sample: [{"transport": "iscsi", "address": "192.0.2.1:3260", "target": "iqn.2026-01.com.example:array"}]
        path:
          description: Where the host finds the LUN when the transport is V(path), else V(null).
          type: str
          returned: always
          sample: /srv/array/hosts/alpha/naa.3005fe0b00000001
    error:
      description: What stopped the work on this LUN, with its C(kind) and its C(msg); V(null) when nothing did.
      type: dict
      returned: always
      sample: null
error_kind:
  description:
    - What kind of error it was, such as V(invalid_value), V(not_found), V(name_in_use), V(no_space), V(still_mapped),
      V(has_dependants), V(busy), V(denied), V(unreachable), V(timed_out), V(not_supported) or V(failed_on_array).
  returned: failure
  type: str
  sample: still_mapped
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lunar.storage.plugins.module_utils.arrays.arguments import array_option
from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.arguments import lun_options
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.luns import foresee, provision
from ansible_collections.lunar.storage.plugins.module_utils.failure import failures_reported


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={"array": {**array_option(), "required": True}, **lun_options()},
        mutually_exclusive=[("name", "luns")],
        required_one_of=[("name", "luns")],
        supports_check_mode=True,
    )
    act = foresee if module.check_mode else provision
    with failures_reported(module):
        done = act(Connection.from_options(module.params["array"]), module.params)
    if done.failures:
        module.fail_json(
            msg=done.failure, error_kind=done.failures[0]["error"]["kind"], changed=done.changed, luns=done.luns
        )
    module.exit_json(changed=done.changed, luns=done.luns, diff=done.diff)


if __name__ == "__main__":
    main()
