# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import FailedOnArray, NoSpace
from ansible_collections.lunar.storage.plugins.module_utils.errors import InvalidValue, StorageError
from ansible_collections.lunar.storage.plugins.module_utils.failure import failures_reported


class FakeModule:
    """Keeps what the module would tell."""

    def __init__(self) -> None:
        self.told: dict[str, Any] = {}

    def fail_json(self, **told: Any) -> None:
        self.told = told


@pytest.mark.parametrize(
    ("error", "kind"),
    [(InvalidValue("size", "0", "is nothing"), "invalid_value"), (NoSpace("pool gold: full"), "no_space")],
)
def test_an_error_is_told_with_its_kind_and_its_sentence(error: StorageError, kind: str) -> None:
    module = FakeModule()
    with failures_reported(module):
        raise error
    assert module.told == {"msg": str(error), "error_kind": kind}


def test_an_arrays_own_code_and_words_are_kept() -> None:
    error = FailedOnArray("LUN a", "13001", "aggregate offline")
    assert str(error) == "LUN a: the array says 13001: aggregate offline"
    assert (error.code, error.words) == ("13001", "aggregate offline")


def test_other_exceptions_are_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError), failures_reported(FakeModule()):
        raise ZeroDivisionError
