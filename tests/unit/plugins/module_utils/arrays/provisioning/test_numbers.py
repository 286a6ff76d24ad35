# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lunar.storage.plugins.module_utils.arrays.provisioning.numbers import FreeNumbers

HOSTS = st.sampled_from(["alpha", "beta", "gamma"])


def test_the_lowest_number_that_is_free_on_all_hosts_is_given() -> None:
    numbers = FreeNumbers([("alpha", 0), ("beta", 1), ("gamma", 2)])
    assert numbers.same_on(["alpha", "beta"]) == 2
    assert numbers.same_on(["gamma"]) == 0


def test_a_preferred_number_is_given_where_it_is_free() -> None:
    numbers = FreeNumbers([("alpha", 7)])
    assert numbers.same_on(["beta"], preferred=[7]) == 7
    assert numbers.same_on(["alpha"], preferred=[7]) == 0


def test_a_number_that_was_taken_is_not_given() -> None:
    numbers = FreeNumbers([])
    numbers.take(0, ["alpha"])
    assert numbers.same_on(["alpha"]) == 1
    assert numbers.same_on(["beta"]) == 0


@given(
    st.lists(st.tuples(HOSTS, st.integers(0, 5))),
    st.lists(st.tuples(st.lists(HOSTS, min_size=1, unique=True), st.lists(st.integers(0, 5))), max_size=10),
)
def test_no_number_is_given_twice_on_a_host(
    taken: list[tuple[str, int]], wanted: list[tuple[list[str], list[int]]]
) -> None:
    numbers = FreeNumbers(taken)
    given_out = set(taken)
    for hosts, preferred in wanted:
        number = numbers.same_on(hosts, preferred)
        assert given_out.isdisjoint((host, number) for host in hosts)
        given_out.update((host, number) for host in hosts)
