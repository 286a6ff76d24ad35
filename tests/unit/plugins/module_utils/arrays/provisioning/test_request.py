# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.request import Source, requests_of
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue

from .asked import IQN, asked, host, options_of

A = {"name": "a"}


def test_one_lun_can_be_asked_for_without_a_list() -> None:
    (request,) = asked(name="a", pool="gold", size="1GiB", description="the database")
    assert (request.name, request.pool, request.size) == ("a", "gold", 1024**3)
    assert (request.present, request.provisioning, request.description) == (True, "default", "the database")


def test_luns_keep_the_order_of_the_task() -> None:
    assert [request.name for request in asked({"name": "z"}, A, {"name": "m"})] == ["z", "a", "m"]


def test_a_lun_that_gives_nothing_takes_the_tasks_options() -> None:
    first, second = asked(
        A,
        {"name": "b", "size": "2G", "state": "absent", "hosts": []},
        pool="gold",
        size="1G",
        hosts=[host("alpha")],
        append=True,
        force_unmap=True,
    )
    assert (first.size, first.pool, first.present, first.append, first.force_unmap) == (2**30, "gold", True, True, True)
    assert first.hosts == (Host("alpha", (IQN + "alpha",)),)
    assert (second.size, second.pool, second.present, second.hosts) == (2**31, "gold", False, ())


def test_an_empty_list_asks_for_nothing() -> None:
    assert requests_of(options_of(luns=[])) == []


def test_initiators_are_normalised_and_counted_once() -> None:
    (request,) = asked(name="a", hosts=[host("alpha", "10-00-00-90-FA-12-34-AB", "100000 90fa1234ab".replace(" ", ""))])
    assert request.hosts == (Host("alpha", ("10:00:00:90:fa:12:34:ab",)),)


def test_no_hosts_is_not_the_same_as_an_empty_list_of_hosts() -> None:
    assert asked(name="a")[0].hosts is None
    assert asked(name="a", hosts=[])[0].hosts == ()


def test_a_source_is_cloned_unless_a_copy_is_asked_for() -> None:
    assert asked(name="a", source={"lun": "b"})[0].source == Source("b", None, "clone")
    of_snapshot = {"lun": "b", "snapshot": "monday", "method": "copy"}
    assert asked(name="a", source=of_snapshot)[0].source == Source("b", "monday", "copy")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"name": "a/b"}, "name: 'a/b'"),
        ({"name": ""}, "name: ''"),
        ({"name": "a", "pool": "../gold"}, "pool: '../gold'"),
        ({"name": "a", "size": "0"}, "size: '0'"),
        ({"name": "a", "size": "10XB"}, "size: '10XB'"),
        ({"name": "a", "source": {"lun": "b\n"}}, "source.lun: "),
        ({"name": "a", "source": {"lun": "b", "snapshot": "x y"}}, "source.snapshot: 'x y'"),
        ({"name": "a", "hosts": [host("al pha")]}, "hosts.name: 'al pha'"),
        ({"name": "a", "hosts": [host("alpha", "eth0")]}, "hosts.initiators of alpha: 'eth0'"),
        ({"name": "a", "hosts": [host("alpha"), host("alpha")]}, "hosts: 'alpha' is in the list twice"),
        ({"name": "a", "description": "two\nlines"}, "description: "),
        ({"name": "a", "description": "x" * 300}, "description: "),
        ({"name": "a", "description": "not text \udc80"}, "description: "),
        ({"name": "a", "lun_number": 3}, "lun_number: 3 of LUN a needs hosts"),
        ({"name": "a", "lun_number": 3, "hosts": []}, "lun_number: 3 of LUN a needs hosts"),
        ({"name": "a", "append": True}, "append: True of LUN a needs hosts"),
        ({"name": "a", "source": {"lun": "a"}}, "source.lun: 'a' is the LUN itself"),
    ],
)
def test_a_bad_value_is_refused_by_its_option(options: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        asked(**options)
    assert str(caught.value).startswith(told)
    with pytest.raises(InvalidValue) as caught:
        asked({"name": "first"}, options)
    assert str(caught.value).startswith(f"luns[1].{told}")


def test_a_lun_may_come_from_its_own_snapshot_under_the_same_name() -> None:
    assert asked(name="a", source={"lun": "a", "snapshot": "monday"})


def test_a_lun_that_is_in_the_list_twice_is_refused() -> None:
    with pytest.raises(InvalidValue, match="luns: 'a' is in the list twice"):
        asked(A, {"name": "b"}, A)


def test_one_initiator_for_two_hosts_is_refused() -> None:
    with pytest.raises(InvalidValue, match=rf"hosts: '{IQN}x' is given to (alpha|beta) and to (alpha|beta)"):
        asked({**A, "hosts": [host("alpha", IQN + "x")]}, {"name": "b", "hosts": [host("beta", IQN + "X")]})


def test_one_host_with_different_initiators_is_refused() -> None:
    with pytest.raises(InvalidValue, match="hosts: 'alpha' has different initiators"):
        asked({**A, "hosts": [host("alpha", IQN + "x")]}, {"name": "b", "hosts": [host("alpha", IQN + "y")]})


def test_the_same_host_in_many_luns_is_fine_in_any_order_of_its_initiators() -> None:
    requests = asked(
        {**A, "hosts": [host("alpha", IQN + "x", IQN + "y")]},
        {"name": "b", "hosts": [host("alpha", IQN + "Y", IQN + "x")]},
    )
    assert requests[0].hosts == requests[1].hosts
