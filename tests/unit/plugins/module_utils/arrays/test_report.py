# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.lunar.storage.plugins.module_utils.arrays import report as report_module
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import Denied, TimedOut, Unreachable
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.portal import Portal
from ansible_collections.lunar.storage.plugins.module_utils.arrays.report import (
    SUBSETS,
    Filters,
    report,
    report_options,
    reports,
    wanted_subsets,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue

from .memory_array import FakeArray, FakeDriver

if TYPE_CHECKING:
    from collections.abc import Callable

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection

A, B, C = (f"naa.30000000000000{number:02x}" for number in (0xA, 0xB, 0xC))


def an_array() -> FakeArray:
    """LUN ``a`` in gold on host alpha, with a snapshot; ``b`` in silver on alpha and beta; ``c`` in silver on none."""
    luns = [Lun(A, A, "a", "gold", 1, "thin", 0, None), Lun(B, B, "b", "silver", 2, "thin", 0, None)]
    return FakeArray(
        luns={lun.wwid: lun for lun in [*luns, Lun(C, C, "c", "silver", 3, "thin", 0, None)]},
        snapshots=[Snapshot("s", "monday", A, "gold", 1, None, None)],
        hosts={"alpha": ("iqn.2026-01.com.example:alpha",), "beta": ("iqn.2026-01.com.example:beta",)},
        mappings={("alpha", A): 0, ("alpha", B): 1, ("beta", B): 0},
        portals=[Portal("iscsi", "192.0.2.1:3260", "iqn.2026-01.com.example:array")],
    )


def told(array: FakeArray, *subsets: str, **filters: list[str]) -> dict[str, Any]:
    return report(FakeDriver(array), wanted_subsets(subsets or ["all"]), Filters.from_options(filters))


def names(report: dict[str, Any], subset: str = "luns") -> list[str]:
    return [one["name"] for one in report[subset]]


def test_everything_is_told_unless_a_subset_is_asked_for() -> None:
    everything = told(an_array())
    assert [subset for subset in SUBSETS if everything[subset] is None] == []
    assert names(everything) == ["a", "b", "c"]


def test_a_report_is_plain_data() -> None:
    everything = told(an_array())
    assert json.loads(json.dumps(everything)) == everything


def test_every_report_has_the_same_keys() -> None:
    unreachable = FakeArray(failing={"describe": Unreachable("no answer")})
    assert told(an_array()).keys() == told(an_array(), "pools").keys() == ask(unreachable, ignore=True)[0].keys()


@pytest.mark.parametrize("subset", ["pools", "luns", "hosts", "mappings", "portals", "snapshots"])
def test_what_is_not_wanted_is_not_asked(subset: str) -> None:
    array = an_array()
    some = told(array, subset)
    assert set(array.calls) <= {"describe", "capabilities", subset}
    assert [other for other in SUBSETS if some[other] is not None] == [subset]


def test_each_listing_is_asked_once_whatever_the_filters_need() -> None:
    array = an_array()
    told(array, "all", host=["alpha"], pool=["gold"])
    assert {call: count for call, count in array.calls.items() if count > 1} == {}


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"pool": ["silver"]}, ["b", "c"]),
        ({"name": ["a", "nonsuch"]}, ["a"]),
        ({"wwid": [B.upper()]}, ["b"]),
        ({"host": ["alpha"]}, ["a", "b"]),
        ({"host": ["beta"]}, ["b"]),
        ({"host": ["beta"], "pool": ["gold"]}, []),
        ({"pool": ["gold", "silver"], "name": ["c"]}, ["c"]),
    ],
)
def test_filters_narrow_the_luns_together(filters: dict[str, list[str]], found: list[str]) -> None:
    assert names(told(an_array(), "luns", **filters)) == found


def test_what_belongs_to_luns_follows_the_luns() -> None:
    some = told(an_array(), name=["a"])
    assert names(some, "snapshots") == ["monday"]
    assert [(one["host"], one["lun_wwid"]) for one in some["mappings"]] == [("alpha", A)]
    assert told(an_array(), name=["b"])["snapshots"] == []


def test_a_host_filter_leaves_other_hosts_and_their_mappings_out() -> None:
    some = told(an_array(), host=["alpha"])
    assert names(some, "hosts") == ["alpha"]
    assert [(one["host"], one["lun_wwid"]) for one in some["mappings"]] == [("alpha", A), ("alpha", B)]


def test_a_pool_filter_narrows_the_pools() -> None:
    assert names(told(an_array(), pool=["gold"]), "pools") == ["gold"]


def ask(*arrays: FakeArray, ignore: bool = False) -> list[dict[str, Any]]:
    """The reports of several arrays, named ``array0`` and so on."""
    given = {f"array{number}": array for number, array in enumerate(arrays)}

    def connect(connection: Connection) -> FakeDriver:
        return FakeDriver(given[connection.address or ""], connection)

    asked = {"array": None, "arrays": [{"driver": "fake", "address": address} for address in given]}
    checked = ArgumentSpecValidator(report_options()).validate({"ignore_unreachable_arrays": ignore})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_module, "connect", connect)
        return reports({**asked, **checked.validated_parameters})


def test_arrays_are_told_in_the_order_they_were_asked_for() -> None:
    assert [one["address"] for one in ask(an_array(), FakeArray(), an_array())] == ["array0", "array1", "array2"]


@pytest.mark.parametrize("error", [Unreachable("no answer"), TimedOut("no answer in time")])
@pytest.mark.parametrize("call", ["describe", "luns"])
def test_an_array_that_does_not_answer_fails_all_unless_that_is_ignored(call: str, error: Exception) -> None:
    mute = FakeArray(failing={call: error})
    with pytest.raises(type(error)):
        ask(an_array(), mute)
    answering, silent = ask(an_array(), mute, ignore=True)
    assert answering["reachable"]
    assert not silent["reachable"]
    assert silent["error"] == {"kind": error.kind, "msg": str(error)}
    assert silent["luns"] is None


def test_other_errors_are_never_ignored() -> None:
    with pytest.raises(Denied):
        ask(an_array(), FakeArray(failing={"luns": Denied("not you")}), ignore=True)


def test_no_array_is_asked_when_one_is_wrongly_described(monkeypatch: pytest.MonkeyPatch) -> None:
    array = an_array()
    connect: Callable[[Connection], FakeDriver] = lambda connection: FakeDriver(array, connection)  # noqa: E731
    monkeypatch.setattr(report_module, "connect", connect)
    arrays = [{"driver": "fake", "address": "array0"}, {"driver": "fake", "timeout": 0}]
    checked = ArgumentSpecValidator(report_options()).validate({}).validated_parameters
    with pytest.raises(InvalidValue, match="timeout"):
        reports({"array": None, "arrays": arrays, **checked})
    assert array.calls == {}
