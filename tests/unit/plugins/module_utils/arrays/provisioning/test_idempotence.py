# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is asked for: once it is carried out, it is so; nothing is left to do, and it is what check mode foresaw."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.carry_out import carry_out
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.inventory import read
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import Refused, plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.request import requests_of
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.result import (
    diffs,
    predicted,
    results,
)
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue

from ..memory_array import FakeArray, FakeDriver
from .asked import IQN, host, options_of

NAMES = st.sampled_from(["a", "b", "c", "d"])
HOSTS = st.lists(
    st.sampled_from([host("alpha"), host("beta"), host("gamma"), host("beta", IQN + "beta", IQN + "beta2")]),
    max_size=3,
    unique_by=lambda one: one["name"],
)


MAPPED = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"hosts": HOSTS}, optional={"append": st.booleans()}),
    st.fixed_dictionaries({"hosts": HOSTS.filter(bool), "lun_number": st.integers(0, 3)}),
)
LUN = st.fixed_dictionaries(
    {},
    optional={
        "size": st.sampled_from(["4096", "5000", "1M", "2M"]),
        "provisioning": st.sampled_from(["default", "thin", "thick"]),
        "source": st.fixed_dictionaries({"lun": NAMES, "method": st.sampled_from(["clone", "copy"])}),
        "description": st.sampled_from(["", "one", "other"]),
    },
)
ENTRY = st.one_of(st.just({"state": "absent"}), LUN, st.builds(dict.__or__, LUN, MAPPED))
TASK = st.builds(
    lambda luns, shared: {**shared, "luns": [{**lun, "name": name} for name, lun in luns.items()]},
    st.dictionaries(NAMES, ENTRY, min_size=1),
    # Without permission to shrink and to unmap most tasks are refused, which other tests look at.
    st.sampled_from(
        [
            {"pool": "gold", "size": "1M", "force_unmap": True, "allow_shrink": True},
            {"pool": "gold", "force_unmap": True, "allow_shrink": True},
            {"pool": "gold", "size": "1M"},
        ]
    ),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(TASK, min_size=1, max_size=5))
def test_a_task_that_is_not_refused_is_done_as_foreseen_and_then_leaves_nothing_to_do(
    tasks: list[dict[str, Any]],
) -> None:
    array = FakeArray()
    driver = FakeDriver(array)
    for task in tasks:
        try:
            requests = requests_of(options_of(**task))
            inventory = read(driver)
            planned = plan(requests, inventory)
        except (InvalidValue, Refused):
            continue
        foreseen = predicted(planned, inventory)
        done = results(carry_out(planned, driver), inventory)
        assert [lun["error"] for lun in done if lun["error"]] == []
        assert [known(lun) for lun in done] == [known(lun) for lun in foreseen]
        again = plan(requests, read(driver))
        assert again.is_empty
        assert diffs(again) == []
        assert bool(diffs(planned)) == (not planned.is_empty)


def known(lun: dict[str, Any]) -> dict[str, Any]:
    """What check mode can know of a LUN; its identity is given by the array."""
    mappings = {one["host"]: one["lun_number"] for one in lun["mappings"]}
    return {key: lun[key] for key in lun if key not in ("wwid", "id", "used", "mappings")} | {"mappings": mappings}
