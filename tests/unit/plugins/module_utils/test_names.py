# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import shlex
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue
from ansible_collections.lunar.storage.plugins.module_utils.names import LONGEST_NAME, check_name


@pytest.mark.parametrize("name", ["a", "0", "_", "db-1", "host.example.com", "a..b", "A:b+c_d", "x" * LONGEST_NAME])
def test_a_name_of_letters_digits_and_a_few_signs_is_taken_as_it_is(name: str) -> None:
    assert check_name("name", name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        ".hidden",
        "-rf",
        "+a",
        ":a",
        "a/b",
        "/a",
        "a\n",
        "\na",
        "a b",
        "a'b",
        'a"b',
        "a\x00b",
        "a$b",
        "a;b",
        "a`b",
        "a\\b",
        "a*",
        "é",
        "\N{FULLWIDTH LATIN SMALL LETTER A}",
        "a\u200bb",
        "x" * (LONGEST_NAME + 1),
        "x" * 300,
        None,
        5,
        True,
        ["a"],
    ],
)
def test_what_is_no_safe_name_is_refused(name: object) -> None:
    with pytest.raises(InvalidValue):
        check_name("name", name)


def test_the_error_names_the_option_and_the_value() -> None:
    with pytest.raises(InvalidValue, match=r"luns\[0\]\.name: 'a/b'"):
        check_name("luns[0].name", "a/b")


@given(st.text(max_size=20))
def test_a_name_that_is_taken_is_one_word_of_a_shell_and_one_part_of_a_path(name: str) -> None:
    try:
        check_name("name", name)
    except InvalidValue:
        return
    assert shlex.split(f"echo {name}") == ["echo", name]
    assert PurePosixPath("/array", name).parts == ("/", "array", name)
    assert name not in (".", "..")
    assert not name.startswith("-")
