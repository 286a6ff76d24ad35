# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.inventory import (
    Inventory,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.steps import (
    PrepareHost,
)

from .asked import IQN, asked, host
from .planned import A, B, assert_refused, holding


def prepared(inventory: Inventory, **lun: Any) -> list[PrepareHost]:
    return list(plan(asked(name="a", **lun), inventory).hosts)


def test_an_unknown_host_is_made_known() -> None:
    assert prepared(holding(A), hosts=[host("gamma")]) == [PrepareHost(Host("gamma", (IQN + "gamma",)))]


def test_a_host_is_made_known_once_for_all_luns() -> None:
    planned = plan(asked({"name": "a"}, {"name": "b"}, hosts=[host("gamma")]), holding(A, B))
    assert len(planned.hosts) == 1


def test_an_unknown_host_without_initiators_is_refused() -> None:
    assert_refused(holding(A), "invalid_value", "'gamma'", "initiators", name="a", hosts=[{"name": "gamma"}])


def test_a_known_host_needs_no_initiators() -> None:
    assert prepared(holding(A), hosts=[{"name": "beta"}]) == []


def test_a_missing_initiator_is_added() -> None:
    more = [host("alpha", IQN + "alpha", IQN + "new")]
    assert prepared(holding(A), hosts=more) == [PrepareHost(Host("alpha", (IQN + "new",)))]


def test_surplus_initiators_are_removed_only_when_forced() -> None:
    exact = [host("beta", IQN + "beta")]
    assert_refused(holding(A), "still_mapped", IQN + "beta2", "beta", "append", name="a", hosts=exact)
    assert prepared(holding(A), hosts=exact, force_unmap=True) == [PrepareHost(Host("beta", ()), (IQN + "beta2",))]


def test_surplus_initiators_stay_with_append() -> None:
    assert prepared(holding(A), hosts=[host("beta", IQN + "beta")], append=True) == []


def test_an_initiator_of_another_host_is_refused() -> None:
    stolen = [host("alpha", IQN + "alpha", IQN + "beta")]
    assert_refused(holding(A), "name_in_use", IQN + "beta", "belongs to host beta", name="a", hosts=stolen)


def test_hosts_of_luns_that_shall_be_absent_are_not_prepared() -> None:
    assert prepared(holding(A), state="absent", hosts=[host("gamma")]) == []
