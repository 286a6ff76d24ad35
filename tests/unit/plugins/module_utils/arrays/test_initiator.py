# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lunar.storage.plugins.module_utils.arrays.initiator import normalise_initiator, transport_of
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue

WWPN = "10:00:00:90:fa:12:34:ab"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("iqn.2026-01.com.example:host1", "iqn.2026-01.com.example:host1"),
        ("IQN.2026-01.COM.EXAMPLE:Host1", "iqn.2026-01.com.example:host1"),
        (" iqn.2026-01.com.example:host1\n", "iqn.2026-01.com.example:host1"),
        ("iqn.1993-08.org.debian:01:abcdef", "iqn.1993-08.org.debian:01:abcdef"),
        ("iqn.2026-12.com.example", "iqn.2026-12.com.example"),
        ("eui.02004567A425678D", "eui.02004567a425678d"),
        ("naa.52004567BA64678D", "naa.52004567ba64678d"),
        ("naa.62004567BA64678D0123456789ABCDEF", "naa.62004567ba64678d0123456789abcdef"),
        ("nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec", "nqn.2014-08.org.nvmexpress:uuid:f81d4fae-7dec"),
        (WWPN, WWPN),
        (WWPN.upper(), WWPN),
        (WWPN.replace(":", "-"), WWPN),
        (WWPN.replace(":", ""), WWPN),
        ("0x" + WWPN.replace(":", ""), WWPN),
    ],
)
def test_each_form_becomes_its_one_spelling(written: str, normal: str) -> None:
    assert normalise_initiator("initiators", written) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "host1",
        "iqn",
        "iqn.",
        "iqn.2026.com.example",
        "iqn.2026-13.com.example",
        "iqn.2026-00.com.example:a",
        "iqn.26-01.com.example",
        "iqn.2026-01.",
        "iqn.2026-01.com.example:",
        "iqn.2026-01.com.example:a b",
        "iqn.2026-01.com.exämple:a",
        "iqn.2026-01.com.example:" + "a" * 200,
        "iqn.2026-01.com.example:a/b",
        "eui.0200",
        "naa.123",
        "10:00:00:90:fa:12:34",
        "10:00:00:90:fa:12:34:ag",
        WWPN + ":00",
        "0x12",
        None,
        7,
        True,
        "iqn.2026-01.com.example:a\niqn.2026-01.com.example:b",
        "nqn.2026-01.com.example",
    ],
)
def test_what_is_no_initiator_is_refused(written: object) -> None:
    with pytest.raises(InvalidValue):
        normalise_initiator("initiators", written)


def test_the_error_names_the_option_and_the_value() -> None:
    with pytest.raises(InvalidValue, match="host alpha, initiators: 'eth0'"):
        normalise_initiator("host alpha, initiators", "eth0")


@given(st.integers(0, 2**64 - 1), st.sampled_from(["", ":", "-"]), st.booleans())
def test_all_spellings_of_a_wwpn_are_one(number: int, separator: str, upper: bool) -> None:  # noqa: FBT001
    pairs = [f"{number:016x}"[place : place + 2] for place in range(0, 16, 2)]
    written = separator.join(pairs)
    assert normalise_initiator("initiators", written.upper() if upper else written) == ":".join(pairs)


@given(st.from_regex(r"iqn\.\d{4}-0[1-9]\.[a-z0-9]{1,9}(\.[a-z0-9]{1,9}){0,3}(:[a-z0-9.:_-]{1,40})?", fullmatch=True))
def test_normalising_twice_changes_nothing(name: str) -> None:
    once = normalise_initiator("initiators", name)
    assert normalise_initiator("initiators", once) == once


@pytest.mark.parametrize(
    ("initiator", "transport"),
    [
        ("iqn.2026-01.com.example:host1", "iscsi"),
        ("eui.02004567a425678d", "iscsi"),
        ("naa.52004567ba64678d", "iscsi"),
        ("nqn.2026-01.com.example:host1", "nvme"),
        (WWPN, "fc"),
    ],
)
def test_an_initiator_tells_its_transport(initiator: str, transport: str) -> None:
    assert transport_of(initiator) == transport
