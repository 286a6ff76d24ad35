# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.plan import plan
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.steps import (
    Grow,
)

from ..memory_array import CAPABILITIES
from .asked import asked
from .planned import GIB, POOLS, B, assert_refused, holding, refusal, steps


def thick(name: str, size: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "pool": "silver", "size": size, "provisioning": "thick", **more}


def test_thick_luns_that_do_not_fit_together_are_refused() -> None:
    assert plan(asked(thick("x", "4G"), thick("y", "4G")), holding(B))
    refused = refusal(holding(B), thick("x", "4G"), thick("y", "5G"))
    assert refused.kind == "no_space"
    assert "silver" in str(refused)
    assert "9 GiB" in str(refused)


def test_thin_luns_may_promise_more_than_there_is() -> None:
    assert plan(asked({"name": "x"}, {"name": "y"}, pool="silver", size="9G"), holding(B))


def test_growing_a_thick_lun_needs_only_what_is_added() -> None:
    assert steps(holding(B), name="b", size="10G") == [Grow(10 * GIB)]


@pytest.mark.parametrize(
    "lun",
    [
        {"name": "b", "size": "10G"},
        thick("copy", "8G", source={"lun": "b"}),
        {"name": "copy", "pool": "silver", "provisioning": "thick", "source": {"lun": "b"}},
        {"name": "copy", "provisioning": "thick", "source": {"lun": "b", "method": "copy"}},
    ],
)
def test_whatever_will_be_thick_must_fit(lun: dict[str, Any]) -> None:
    full = (replace(POOLS[1], free=GIB),)
    assert_refused(holding(B, pools=full), "no_space", "silver", **lun)


def test_thick_by_default_counts_too() -> None:
    inventory = holding(B, capabilities=replace(CAPABILITIES, default_provisioning="thick"))
    assert_refused(inventory, "no_space", name="x", pool="silver", size="9G")


def test_a_pool_that_does_not_tell_its_space_refuses_nothing() -> None:
    assert steps(holding(pools=[Pool("silver", None, None, None, None, None)]), **thick("x", "1000G"))


def test_a_refused_lun_is_not_counted_for_space_twice() -> None:
    refused = refusal(holding(), thick("x", "11G"))
    assert str(refused).count("silver") == 1
