# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 13: many clients at once leave a consistent array; one that bears only one is given only one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.control import control_of
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import Busy, NameInUse
from ansible_collections.lunar.storage.plugins.module_utils.sizes import round_up

from .array_under_test import PREFIX, ArrayUnderTest, task_options
from .claims import claiming

if TYPE_CHECKING:
    from pathlib import Path

    from .clients import Answer, Clients

pytestmark = pytest.mark.point(13)

IN_ONE_LIFE = 4
LOOKS = 30


def test_clients_that_make_map_and_remove_do_not_disturb_each_other(array: ArrayUnderTest, clients: Clients) -> None:
    left, right = array.host("left"), array.host("right")
    shared = {"pool": array.harness.pool, "size": array.harness.size, "count": IN_ONE_LIFE}
    work = [
        {"name": f"{PREFIX}client-{index}", "host": (left, right)[index % 2].name, **shared}
        for index in range(len(clients))
    ]
    answers = clients.all_at_once(array.harness.connection(), "live", work)
    assert failures_of(answers) == []
    kept = {
        (wwid, own["host"], number) for own, answer in zip(work, answers, strict=True) for wwid, number in answer.result
    }
    assert len(kept) == len(clients) * IN_ONE_LIFE // 2
    assert kept == {(one.lun_wwid, one.host, one.lun_number) for one in array.other.mappings()}
    assert {wwid for wwid, _host, _number in kept} == {
        lun.wwid for lun in array.other.luns() if lun.name.startswith(PREFIX)
    }
    assert all(array.harness.size_seen(one) == array.harness.size for one in array.other.mappings())


def test_clients_that_look_meanwhile_are_answered(array: ArrayUnderTest, clients: Clients) -> None:
    host = array.host("left")
    shared = {"host": host.name, "pool": array.harness.pool, "size": array.harness.size, "count": IN_ONE_LIFE}
    jobs = [("live", {"name": f"{PREFIX}client-{index}", **shared}) for index in range(len(clients) // 2)]
    answers = clients.side_by_side(array.harness.connection(), jobs + [("look", {"rounds": LOOKS})] * len(jobs))
    assert failures_of(answers) == []
    assert [answer.result for answer in answers[len(jobs) :]] == [LOOKS] * len(jobs)


def test_numbers_given_at_once_do_not_collide(array: ArrayUnderTest, clients: Clients) -> None:
    host = array.host("left")
    luns = [array.lun(f"lun-{index}") for index in range(len(clients))]
    work = [{"wwid": lun.wwid, "host": host.name, "lun_number": None} for lun in luns]
    answers = clients.all_at_once(array.harness.connection(), "map_to", work)
    assert failures_of(answers) == []
    assert len({answer.result for answer in answers}) == len(clients)
    listed = {one.lun_wwid: one.lun_number for one in array.other.mappings()}
    assert listed == {lun.wwid: answer.result for lun, answer in zip(luns, answers, strict=True)}


def test_one_number_asked_for_at_once_is_given_once(array: ArrayUnderTest, clients: Clients) -> None:
    host = array.host("left")
    luns = [array.lun(f"lun-{index}") for index in range(len(clients))]
    work = [{"wwid": lun.wwid, "host": host.name, "lun_number": 3} for lun in luns]
    answers = clients.all_at_once(array.harness.connection(), "map_to", work)
    assert [answer.result for answer in answers if answer.error is None] == [3]
    assert set(errors_of(answers)) == {NameInUse.kind}
    assert len(array.other.mappings()) == 1


def test_one_name_asked_for_at_once_is_given_once(array: ArrayUnderTest, clients: Clients) -> None:
    work = [{"name": PREFIX + "alpha", "pool": array.harness.pool, "size": array.harness.size}] * len(clients)
    answers = clients.all_at_once(array.harness.connection(), "create", work)
    (wwid,) = [answer.result for answer in answers if answer.error is None]
    assert set(errors_of(answers)) <= {NameInUse.kind, Busy.kind}
    assert [lun.wwid for lun in array.named("alpha")] == [wwid]


def test_one_host_made_at_once_is_made_once(array: ArrayUnderTest, clients: Clients) -> None:
    work = [
        {"name": f"{PREFIX}host-{index}", "initiator": array.harness.initiator(50)} for index in range(len(clients))
    ]
    answers = clients.all_at_once(array.harness.connection(), "create_host", work)
    assert len([answer for answer in answers if answer.error is None]) == 1
    assert set(errors_of(answers)) == {NameInUse.kind}
    assert len([host for host in array.other.hosts() if array.harness.initiator(50) in host.initiators]) == 1
    assert len([host for host in array.other.hosts() if host.name.startswith(f"{PREFIX}host-")]) == 1


def test_one_lun_removed_at_once_is_removed_once(array: ArrayUnderTest, clients: Clients) -> None:
    lun, neighbour = array.lun("alpha"), array.filled("beta", seed=3)
    work = [{"wwid": lun.wwid, "name": lun.name, "pool": lun.pool, "size": lun.size}] * len(clients)
    answers = clients.all_at_once(array.harness.connection(), "delete", work)
    assert set(errors_of(answers)) <= {Busy.kind}
    assert [answer.result for answer in answers].count(True) == 1
    assert array.listed(lun) is None
    assert array.same(array.listed(neighbour), neighbour)


def test_one_lun_grown_at_once_has_the_largest_size(array: ArrayUnderTest, clients: Clients) -> None:
    array.require("grow")
    lun = array.filled("alpha")
    front = array.read(lun)
    sizes = [lun.size + (index + 1) * max(4096, array.can.granularity) for index in range(len(clients))]
    answers = clients.all_at_once(
        array.harness.connection(), "grow", [{"wwid": lun.wwid, "size": size} for size in sizes]
    )
    assert set(errors_of(answers)) <= {Busy.kind, "invalid_value"}
    listed = array.listed(lun)
    assert listed is not None
    assert listed.size == max(answer.result for answer in answers if answer.error is None)
    assert listed.size == round_up(listed.size, array.can.granularity) == array.size_seen(lun)
    assert array.read(lun, 0, lun.size) == front


def test_same_task_at_once_makes_one_lun_and_all_are_told_of_it(array: ArrayUnderTest, clients: Clients) -> None:
    host = {"name": PREFIX + "left", "initiators": [array.initiator()]}
    options = task_options(name=PREFIX + "alpha", pool=array.harness.pool, size=str(array.harness.size), hosts=[host])
    answers = clients.all_at_once(array.harness.connection(), "ask_for", [{"options": options}] * len(clients))
    assert failures_of(answers) == []
    (lun,) = array.named("alpha")
    assert [told["error"] for answer in answers for told in answer.result] == [None] * len(clients)
    assert {told["wwid"] for answer in answers for told in answer.result} == {lun.wwid}
    assert [one.lun_wwid for one in array.other.mappings() if one.host == host["name"]] == [lun.wwid]


def test_tasks_for_different_luns_at_once_all_succeed(array: ArrayUnderTest, clients: Clients) -> None:
    hosts = [{"name": f"{PREFIX}host-{index}", "initiators": [array.initiator()]} for index in range(4)]
    ordinary = {"pool": array.harness.pool, "size": str(array.harness.size)}
    work = [
        {"options": task_options(name=f"{PREFIX}lun-{index}", hosts=[hosts[index % 4]], **ordinary)}
        for index in range(len(clients))
    ]
    answers = clients.all_at_once(array.harness.connection(), "ask_for", work)
    assert failures_of(answers) == []
    assert [told["error"] for answer in answers for told in answer.result] == [None] * len(clients)
    places = [(one.host, one.lun_number) for one in array.other.mappings()]
    assert len(places) == len(set(places)) == len(clients)
    assert len([host for host in array.other.hosts() if host.name.startswith(f"{PREFIX}host-")]) == 4


def test_array_that_bears_one_client_is_controlled_by_one_at_a_time(
    array: ArrayUnderTest, clients: Clients, tmp_path: Path
) -> None:
    work = [{"folder": str(tmp_path), "rounds": 5}] * len(clients)
    answers = clients.all_at_once(array.harness.connection(), "control_alone", work, {"concurrent_control": False})
    assert failures_of(answers) == []
    assert [answer.result for answer in answers] == [0] * len(clients)


def test_control_that_is_not_had_in_time_is_busy(array: ArrayUnderTest) -> None:
    connection = replace(array.harness.connection(), timeout=0.2)
    one, two = (claiming(connection, concurrent_control=False) for _turn in range(2))
    with control_of(one), pytest.raises(Busy), control_of(two):
        pytest.fail("two were in control")
    with control_of(two):
        pass
    one.close()
    two.close()


def failures_of(answers: list[Answer]) -> list[str]:
    return [f"{answer.error}: {answer.sentence}" for answer in answers if answer.error is not None]


def errors_of(answers: list[Answer]) -> list[str]:
    return [answer.error for answer in answers if answer.error is not None]
