# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import (
    DEFAULT_TIMEOUT,
    Accepted,
    Connection,
    check_connection,
)
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue


def number(field: str, value: object) -> int:
    if not isinstance(value, int):
        raise InvalidValue(field, value, "is not a number")
    return value * 2


ACCEPTED = Accepted(
    required=frozenset({"address", "password"}), optional=frozenset({"port"}), options={"streams": number}
)


def connection(**given: Any) -> Connection:
    return Connection(**{"driver": "vendor", "address": "192.0.2.1", "password": "secret", **given})


def test_what_was_not_given_takes_its_default() -> None:
    made = Connection.from_options({"driver": "vendor", "address": "192.0.2.1", "port": None, "timeout": None})
    assert made == Connection("vendor", "192.0.2.1")
    assert made.timeout == DEFAULT_TIMEOUT


@pytest.mark.parametrize("timeout", [0, -1, float("nan")])
def test_a_timeout_of_no_time_is_refused(timeout: float) -> None:
    with pytest.raises(InvalidValue, match=r"array\.timeout"):
        Connection.from_options({"driver": "vendor", "timeout": timeout})


def test_neither_the_password_nor_the_options_are_shown() -> None:
    shown = repr(connection(options={"token": "hidden"}))
    assert "secret" not in shown
    assert "hidden" not in shown


def test_the_drivers_own_options_are_converted() -> None:
    assert check_connection(connection(options={"streams": 4}), ACCEPTED) == {"streams": 8}


def test_an_option_that_cannot_be_converted_is_refused_by_its_full_name() -> None:
    with pytest.raises(InvalidValue, match=r"array\.options\.streams: 'many'"):
        check_connection(connection(options={"streams": "many"}), ACCEPTED)


def test_an_option_that_the_driver_does_not_know_is_refused_with_those_it_knows() -> None:
    with pytest.raises(InvalidValue, match=r"'stream' .*vendor.*streams"):
        check_connection(connection(options={"stream": 4}), ACCEPTED)


@pytest.mark.parametrize("missing", ["address", "password"])
@pytest.mark.parametrize("value", [None, ""])
def test_a_required_field_that_is_missing_is_named(missing: str, value: str | None) -> None:
    with pytest.raises(InvalidValue, match=rf"array\.{missing}.*required by the driver vendor"):
        check_connection(connection(**{missing: value}), ACCEPTED)


@pytest.mark.parametrize("given", [{"username": "admin"}, {"validate_certs": False}])
def test_a_field_that_the_driver_does_not_use_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(InvalidValue, match=f"array.{next(iter(given))}.*not used by the driver vendor"):
        check_connection(connection(**given), ACCEPTED)


def test_a_secret_in_a_field_that_is_not_used_is_not_told() -> None:
    with pytest.raises(InvalidValue) as caught:
        check_connection(connection(), Accepted(required=frozenset({"address"})))
    assert "array.password" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_optional_fields_may_be_given_or_left_out() -> None:
    assert check_connection(connection(), ACCEPTED) == check_connection(connection(port=443), ACCEPTED) == {}
