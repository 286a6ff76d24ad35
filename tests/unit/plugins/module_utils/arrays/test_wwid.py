# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lunar.storage.plugins.module_utils.arrays.wwid import is_naa, locally_assigned


@given(st.integers(0, 2**28 - 1), st.integers(0, 2**32 - 1))
def test_a_locally_assigned_name_is_well_formed_and_holds_both_numbers(prefix: int, serial: int) -> None:
    wwid = locally_assigned(prefix, serial)
    assert is_naa(wwid)
    assert wwid.startswith("naa.3")
    assert (int(wwid[5:12], 16), int(wwid[12:], 16)) == (prefix, serial)


@pytest.mark.parametrize(("prefix", "serial"), [(2**28, 0), (0, 2**32), (-1, 0), (0, -1)])
def test_numbers_that_do_not_fit_are_refused_instead_of_cut(prefix: int, serial: int) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        locally_assigned(prefix, serial)


@pytest.mark.parametrize(
    "wwid",
    ["naa.3005fe0b00000001", "naa.5005fe0b00000001", "naa.2005fe0b00000001", "naa.6005fe0b000000010123456789abcdef"],
)
def test_names_of_the_known_types_are_well_formed(wwid: str) -> None:
    assert is_naa(wwid)


@pytest.mark.parametrize(
    "wwid",
    [
        "",
        "naa.",
        "3005fe0b00000001",
        "naa.3005FE0B00000001",
        "naa.3005fe0b0000001",
        "naa.3005fe0b000000010",
        "naa.6005fe0b00000001",
        "naa.1005fe0b00000001",
        "naa.3005fe0b0000000g",
        "naa.3005fe0b00000001\n",
        "eui.0",
    ],
)
def test_other_names_are_not(wwid: str) -> None:
    assert not is_naa(wwid)
