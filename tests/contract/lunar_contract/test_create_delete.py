# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Point 1: a LUN that is made is there at once, as asked; one that is removed is gone."""

from __future__ import annotations

import pytest

from .array_under_test import BLOCK, ArrayUnderTest, pattern

pytestmark = pytest.mark.point(1)


def test_new_lun_is_what_was_asked_for(array: ArrayUnderTest) -> None:
    asked = array.new("alpha")
    made = array.driver.create_lun(asked)
    assert (made.name, made.pool, made.size) == (asked.name, asked.pool, asked.size)


def test_new_lun_is_listed_at_once_by_every_client(array: ArrayUnderTest) -> None:
    assert not array.named("alpha")  # a client that keeps what it read is caught below
    made = array.lun("alpha")
    assert array.same(array.listed(made), made)
    assert array.same(next(lun for lun in array.driver.luns() if lun.wwid == made.wwid), made)


def test_new_lun_is_listed_once(array: ArrayUnderTest) -> None:
    array.lun("alpha")
    assert len(array.named("alpha")) == 1


@pytest.mark.parametrize("pool", ["pool", "small_pool"])
def test_new_lun_lies_in_the_pool_that_was_asked_for(array: ArrayUnderTest, pool: str) -> None:
    name = getattr(array.harness, pool)
    made = array.lun("alpha", pool=name)
    listed = array.listed(made)
    assert listed is not None
    assert listed.pool == made.pool == name


def test_new_lun_reads_as_zeros_to_its_end(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    assert array.read(lun) == bytes(lun.size)


def test_new_lun_has_its_size_in_a_hosts_eyes(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    assert array.size_seen(lun) == lun.size


def test_what_a_host_writes_is_read_again(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    array.write(lun, 2 * BLOCK, pattern(1, 3 * BLOCK))
    assert array.read(lun, BLOCK, 5 * BLOCK) == bytes(BLOCK) + pattern(1, 3 * BLOCK) + bytes(BLOCK)


def test_luns_do_not_share_data(array: ArrayUnderTest) -> None:
    one, two = array.filled("one", seed=1), array.filled("two", seed=2)
    assert array.read(one, 0, 4 * BLOCK) == pattern(1, 4 * BLOCK)
    assert array.read(two, 0, 4 * BLOCK) == pattern(2, 4 * BLOCK)


def test_many_luns_are_all_listed(array: ArrayUnderTest) -> None:
    made = {array.lun(f"many-{index}").wwid for index in range(60)}
    assert made <= {lun.wwid for lun in array.other.luns()}
    assert len(made) == 60


@pytest.mark.parametrize("description", ["for the mail servers", 'it\'s "quoted"; $(not run) \\ ä'])
def test_description_is_kept_to_the_letter(array: ArrayUnderTest, description: str) -> None:
    array.require("description")
    made = array.lun("alpha", description=description)
    listed = array.listed(made)
    assert listed is not None
    assert listed.description == made.description == description


def test_removed_lun_is_gone(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    assert array.driver.delete_lun(lun) is True
    assert array.listed(lun) is None
    assert not array.named("alpha")


def test_removing_again_says_so_and_changes_nothing(array: ArrayUnderTest) -> None:
    lun = array.lun("alpha")
    array.lun("beta")
    array.driver.delete_lun(lun)
    with array.unchanged():
        assert array.driver.delete_lun(lun) is False
        assert array.client().delete_lun(lun) is False


def test_removing_one_lun_leaves_the_others_and_their_data(array: ArrayUnderTest) -> None:
    gone, kept = array.filled("gone", seed=1), array.filled("kept", seed=2)
    content = array.read(kept)
    array.driver.delete_lun(gone)
    assert array.same(array.listed(kept), kept)
    assert array.read(kept) == content


def test_name_of_a_removed_lun_is_free_and_its_data_is_gone(array: ArrayUnderTest) -> None:
    array.driver.delete_lun(array.filled("alpha"))
    again = array.lun("alpha")
    assert array.read(again) == bytes(again.size)


def test_task_makes_removes_and_then_has_nothing_to_do(array: ArrayUnderTest) -> None:
    assert array.provision_ordinary("alpha").changed
    assert len(array.named("alpha")) == 1
    assert array.provision("alpha", state="absent").changed
    assert not array.named("alpha")
    assert not array.provision("alpha", state="absent").changed
