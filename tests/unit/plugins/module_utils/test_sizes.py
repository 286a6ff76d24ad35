# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue
from ansible_collections.lunar.storage.plugins.module_utils.sizes import format_size, parse_size, round_up

FACTORS = {"": 1, "B": 1}
for power, letter in enumerate("KMGTPE", start=1):
    FACTORS |= {letter: 1024**power, f"{letter}iB": 1024**power, f"{letter}B": 1000**power}


@pytest.mark.parametrize(
    ("written", "size"),
    [
        ("10GiB", 10 * 1024**3),
        ("10G", 10 * 1024**3),
        ("10GB", 10 * 1000**3),
        ("500M", 500 * 1024**2),
        ("1.5T", 1536 * 1024**3),
        ("0.5K", 512),
        ("7E", 7 * 1024**6),
        ("512", 512),
        ("512B", 512),
        (512, 512),
        ("2.0", 2),
        (" 5 G ", 5 * 1024**3),
        ("10gib", 10 * 1024**3),
        ("007K", 7 * 1024),
    ],
)
def test_a_size_is_read_as_bytes(written: object, size: int) -> None:
    assert parse_size("size", written) == size


@pytest.mark.parametrize(
    "written",
    [
        "10XB",
        "1.5.2G",
        "",
        " ",
        "G",
        "-1",
        "-1G",
        "+1",
        "1e3",
        "1_000",
        "1,5G",
        ".5G",
        "5.",
        "0x10",
        "10 G B",
        "10 Gi b",
        "\N{ARABIC-INDIC DIGIT ONE}G",
        "\N{FULLWIDTH DIGIT FIVE}G",
        "1\N{SUPERSCRIPT TWO}",
        "10\nG\n1",
        "ten",
        "inf",
        "nan",
        True,
        False,
        None,
        1.5e300,
        [],
        "9" * 40,
    ],
)
def test_what_is_no_size_is_refused(written: object) -> None:
    with pytest.raises(InvalidValue):
        parse_size("size", written)


@pytest.mark.parametrize("written", ["0", "0G", "0.0", 0])
def test_nothing_is_no_size(written: object) -> None:
    with pytest.raises(InvalidValue, match="more than zero"):
        parse_size("size", written)


@pytest.mark.parametrize("written", ["0.0001K", "1.5", 1.5, "1.0000000000000000001G", "0.1B"])
def test_parts_of_bytes_are_refused(written: object) -> None:
    with pytest.raises(InvalidValue, match="whole number of bytes"):
        parse_size("size", written)


def test_the_error_names_the_option_and_the_value() -> None:
    with pytest.raises(InvalidValue, match=r"luns\[3\]\.size: '10XB'"):
        parse_size("luns[3].size", "10XB")


@given(
    whole=st.integers(0, 10**20),
    decimals=st.text("0123456789", max_size=25),
    unit=st.sampled_from(sorted(FACTORS)),
    spaces=st.sampled_from(["", " ", "\t"]),
)
def test_every_size_is_exact_or_refused(whole: int, decimals: str, unit: str, spaces: str) -> None:
    number = f"{whole}.{decimals}" if decimals else str(whole)
    exact = Fraction(number) * FACTORS[unit]
    if exact and exact.denominator == 1:
        assert parse_size("size", number + spaces + unit) == exact
    else:
        with pytest.raises(InvalidValue):
            parse_size("size", number + spaces + unit)


@given(st.text())
def test_no_text_makes_it_crash(text: str) -> None:
    try:
        size = parse_size("size", text)
    except InvalidValue:
        return
    assert size > 0


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (10 * 1024**3, "10 GiB"),
        (3 * 1024**4 // 2, "1.5 TiB"),
        (2**62, "4 EiB"),
    ],
)
def test_a_size_is_told_in_the_largest_unit(size: int, told: str) -> None:
    assert format_size(size) == told


@given(st.integers(1, 2**63))
def test_what_is_told_is_close_to_the_size_and_can_be_read_again(size: int) -> None:
    again = parse_size("size", round_number(format_size(size)))
    assert abs(again - size) <= size / 1000


def round_number(told: str) -> str:
    """A told size as whole bytes, for what is told is rounded."""
    number, _space, unit = told.partition(" ")
    return str(int(Fraction(number) * FACTORS[unit]))


@given(st.integers(0, 2**63), st.integers(1, 2**24))
def test_rounding_up_gives_the_next_multiple(size: int, granularity: int) -> None:
    rounded = round_up(size, granularity)
    assert rounded % granularity == 0
    assert 0 <= rounded - size < granularity
