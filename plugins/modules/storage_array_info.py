#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
"""Facts about storage arrays."""

from __future__ import annotations

DOCUMENTATION = r"""
module: storage_array_info
short_description: Tell what storage arrays are, can do, and hold
version_added: 0.1.0
description:
  - Reports one or several arrays in the same shape, whatever their vendor; V(null) stands where an array does not say,
    and for what was not asked for.
author:
  - The Lunar contributors (@lunar-storage)
extends_documentation_fragment:
  - lunar.storage.array
  - lunar.storage.attributes.info
options:
  arrays:
    description:
      - Several arrays, each as in O(array). They are asked side by side.
    type: list
    elements: dict
    suboptions:
      driver:
        description:
          - See O(array.driver).
        type: str
        default: directory
      address:
        description:
          - See O(array.address).
        type: str
      port:
        description:
          - See O(array.port).
        type: int
      username:
        description:
          - See O(array.username).
        type: str
      password:
        description:
          - See O(array.password).
        type: str
      validate_certs:
        description:
          - See O(array.validate_certs).
        type: bool
      timeout:
        description:
          - See O(array.timeout).
        type: float
        default: 60
      options:
        description:
          - See O(array.options).
        type: dict
        default: {}
  gather_subset:
    description:
      - What is asked of each array besides what it is and can do. An empty list asks for nothing more.
    type: list
    elements: str
    choices: [all, pools, luns, snapshots, exports, hosts, mappings, portals, statistics, activities]
    default: [all]
  filters:
    description:
      - Narrows the report; what passes must match every filter that is given.
    type: dict
    default: {}
    suboptions:
      pool:
        description:
          - Names of pools; narrows pools, LUNs, exports and what belongs to the LUNs.
        type: list
        elements: str
        default: []
      name:
        description:
          - Names of LUNs and exports; narrows these and what belongs to the LUNs.
        type: list
        elements: str
        default: []
      wwid:
        description:
          - WWIDs; narrows LUNs and what belongs to them.
        type: list
        elements: str
        default: []
      host:
        description:
          - Names of hosts; narrows hosts, mappings, the LUNs mapped to them and what belongs to those.
        type: list
        elements: str
        default: []
  ignore_unreachable_arrays:
    description:
      - Whether an array that does not answer is reported with RV(arrays[].reachable) V(false) beside those that do.
        Otherwise the task fails.
    type: bool
    default: false
seealso:
  - module: lunar.storage.lun
"""

EXAMPLES = r"""
- name: Tell all about one array
  lunar.storage.storage_array_info:
    array: {address: /srv/array}
  register: report

- name: Tell the free space of two arrays, whether or not both answer
  lunar.storage.storage_array_info:
    arrays:
      - address: /srv/array
      - address: /srv/another
    gather_subset: [pools]
    ignore_unreachable_arrays: true

- name: Find the LUNs of one host
  lunar.storage.storage_array_info:
    array: {address: /srv/array}
    gather_subset: [luns, mappings]
    filters:
      host: [alpha]
"""

RETURN = r"""
arrays:
  description: The arrays, in the task's order.
  returned: success
  type: list
  elements: dict
  contains:
    driver:
      description: The driver that was asked.
      type: str
      returned: always
      sample: directory
    address:
      description: The address that was asked.
      type: str
      returned: always
      sample: /srv/array
    reachable:
      description: Whether the array answered.
      type: bool
      returned: always
      sample: true
    error:
      description: Why it did not, with C(kind) and C(msg), else V(null).
      type: dict
      returned: always
      sample: null
    id:
      description: The array's own identity.
      type: str
      returned: always
      sample: af390adc-b494-4fcb-980b-ea0ed4d842a8
    name:
      description: The array's name.
      type: str
      returned: always
      sample: array
    kind:
      description: V(san) (serves LUNs), V(nas) (serves exports) or V(both).
      type: str
      returned: always
      sample: both
    vendor:
      description: The vendor.
      type: str
      returned: always
      sample: Lunar
    model:
      description: The model.
      type: str
      returned: always
      sample: embedded directory
    version:
      description: The version of the array's software.
      type: str
      returned: always
      sample: layout 1
    capabilities:
      description: What the array can do as configured now.
      type: dict
      returned: always
      contains:
        transports:
          description: How hosts reach its LUNs; some of V(iscsi), V(fc), V(nvme), V(path).
          type: list
          elements: str
          returned: always
          sample: [path]
        thin:
          description: Makes thin LUNs.
          type: bool
          returned: always
        thick:
          description: Makes thick LUNs.
          type: bool
          returned: always
        grow:
          description: LUNs can grow.
          type: bool
          returned: always
        shrink:
          description: LUNs can shrink.
          type: bool
          returned: always
        clone:
          description: Makes clones of LUNs.
          type: bool
          returned: always
        copy:
          description: Makes full copies of LUNs.
          type: bool
          returned: always
        snapshot:
          description: Makes snapshots of LUNs.
          type: bool
          returned: always
        export:
          description: Serves exports.
          type: bool
          returned: always
        file_clone:
          description: Files of an export can share blocks.
          type: bool
          returned: always
        statistics:
          description: Counts the use of LUNs.
          type: bool
          returned: always
        description:
          description: Keeps descriptions of LUNs.
          type: bool
          returned: always
        zoning:
          description: Can change the zoning of its fabric.
          type: bool
          returned: always
        concurrent_control:
          description: Several clients may change it at the same time; if not, calls are serialised.
          type: bool
          returned: always
        parallel_calls:
          description: How many calls are under way at once.
          type: int
          returned: always
        default_provisioning:
          description: What it makes of V(default), V(thin) or V(thick).
          type: str
          returned: always
        granularity:
          description: Sizes are rounded up to a multiple of this many bytes.
          type: int
          returned: always
        smallest_lun:
          description: The least size of a LUN in bytes.
          type: int
          returned: always
        largest_lun:
          description: The largest size of a LUN in bytes, V(null) when only the pool is a limit.
          type: int
          returned: always
        highest_lun_number:
          description: The highest LUN number of a host.
          type: int
          returned: always
    pools:
      description: The pools.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The pool's name.
          type: str
          returned: always
          sample: gold
        total:
          description: Bytes in all.
          type: int
          returned: always
        used:
          description: Bytes taken.
          type: int
          returned: always
        free:
          description: Bytes free.
          type: int
          returned: always
        subscribed:
          description: The sum of all sizes that were promised, in bytes.
          type: int
          returned: always
        raid_type:
          description: The RAID type.
          type: str
          returned: always
    luns:
      description: The LUNs.
      type: list
      elements: dict
      returned: always
      contains:
        wwid:
          description: The identity, as hosts see it.
          type: str
          returned: always
          sample: naa.3005fe0b00000001
        id:
          description: The array's own name for it.
          type: str
          returned: always
        name:
          description: The name.
          type: str
          returned: always
        pool:
          description: The pool it lies in.
          type: str
          returned: always
        size:
          description: Bytes.
          type: int
          returned: always
        provisioning:
          description: V(thin) or V(thick).
          type: str
          returned: always
        used:
          description: Allocated bytes.
          type: int
          returned: always
        description:
          description: The description.
          type: str
          returned: always
    snapshots:
      description: The snapshots of LUNs.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: The array's own name for it.
          type: str
          returned: always
        name:
          description: The name.
          type: str
          returned: always
        lun_wwid:
          description: The LUN it was made of.
          type: str
          returned: always
        pool:
          description: The pool it lies in.
          type: str
          returned: always
        size:
          description: The LUN's bytes at that moment.
          type: int
          returned: always
        used:
          description: Allocated bytes.
          type: int
          returned: always
        created:
          description: When it was made, in seconds since the epoch.
          type: float
          returned: always
    exports:
      description: The exports.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: The array's own name for it.
          type: str
          returned: always
        name:
          description: The name.
          type: str
          returned: always
        pool:
          description: The pool it lies in.
          type: str
          returned: always
        location:
          description: Where a host finds it.
          type: str
          returned: always
        size:
          description: The quota in bytes, V(null) for none.
          type: int
          returned: always
        used:
          description: Allocated bytes.
          type: int
          returned: always
    hosts:
      description: The hosts that the array knows.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: The name.
          type: str
          returned: always
        initiators:
          description: Its initiators, in lower case.
          type: list
          elements: str
          returned: always
    mappings:
      description: Which LUN is mapped to which host.
      type: list
      elements: dict
      returned: always
      contains:
        lun_wwid:
          description: The LUN.
          type: str
          returned: always
        host:
          description: The host.
          type: str
          returned: always
        lun_number:
          description: The LUN number on this host.
          type: int
          returned: always
        path:
          description: Where the host finds it when the transport is V(path).
          type: str
          returned: always
    portals:
      description: The target ports.
      type: list
      elements: dict
      returned: always
      contains:
        transport:
          description: V(iscsi), V(fc), V(nvme) or V(path).
          type: str
          returned: always
        address:
          description: Address and port, WWPN, or folder.
          type: str
          returned: always
        target:
          description: The target's IQN, WWNN or NQN.
          type: str
          returned: always
    statistics:
      description: The use of each LUN, each figure V(null) where the array does not count it.
      type: list
      elements: dict
      returned: always
      contains:
        lun_wwid:
          description: The LUN.
          type: str
          returned: always
        read_iops:
          description: Reads a second.
          type: float
          returned: always
        write_iops:
          description: Writes a second.
          type: float
          returned: always
        read_bytes_per_second:
          description: Bytes read a second.
          type: float
          returned: always
        write_bytes_per_second:
          description: Bytes written a second.
          type: float
          returned: always
        read_latency:
          description: Seconds a read takes.
          type: float
          returned: always
        write_latency:
          description: Seconds a write takes.
          type: float
          returned: always
        last_read:
          description: When it was last read, in seconds since the epoch.
          type: float
          returned: always
        last_written:
          description: When it was last written to, in seconds since the epoch.
          type: float
          returned: always
    activities:
      description: Clones and copies that the array has not finished.
      type: list
      elements: dict
      returned: always
      contains:
        kind:
          description: V(create), V(clone), V(copy) or V(snapshot).
          type: str
          returned: always
        name:
          description: The LUN or snapshot that is being made.
          type: str
          returned: always
        done:
          description: Bytes done.
          type: int
          returned: always
        total:
          description: Bytes in all.
          type: int
          returned: always
error_kind:
  description: What kind of error it was, such as V(unreachable), V(timed_out), V(denied) or V(invalid_value).
  returned: failure
  type: str
  sample: unreachable
"""

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lunar.storage.plugins.module_utils.arrays import report
from ansible_collections.lunar.storage.plugins.module_utils.arrays.arguments import array_option
from ansible_collections.lunar.storage.plugins.module_utils.failure import failures_reported


def main() -> None:
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "array": array_option(),
            "arrays": {**array_option(), "type": "list", "elements": "dict"},
            **report.report_options(),
        },
        mutually_exclusive=[("array", "arrays")],
        required_one_of=[("array", "arrays")],
        supports_check_mode=True,
    )
    with failures_reported(module):
        arrays = report.reports(module.params)
    module.exit_json(changed=False, arrays=arrays)


if __name__ == "__main__":
    main()
