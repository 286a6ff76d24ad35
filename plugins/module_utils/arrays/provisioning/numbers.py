# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LUN numbers for new mappings: the same on all of a LUN's hosts wherever that can be."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class FreeNumbers:
    """Gives LUN numbers while a plan is made. Other clients may be quicker: what it gives is a suggestion."""

    def __init__(self, taken: Iterable[tuple[str, int]]) -> None:
        self._taken: dict[str, set[int]] = {}
        self._lowest: dict[tuple[str, ...], int] = {}
        for host, number in taken:
            self.take(number, [host])

    def take(self, number: int, hosts: Iterable[str]) -> None:
        """Do not give this number on these hosts any more."""
        for host in hosts:
            self._taken.setdefault(host, set()).add(number)

    def same_on(self, hosts: list[str], preferred: Iterable[int] = ()) -> int:
        """Take a number that is free on all these hosts: the first free one of ``preferred``, else the lowest."""
        number = next((number for number in preferred if self._is_free(number, hosts)), None)
        if number is None:
            number = self._lowest.get(tuple(hosts), 0)
            while not self._is_free(number, hosts):
                number += 1
            self._lowest[tuple(hosts)] = number + 1
        self.take(number, hosts)
        return number

    def _is_free(self, number: int, hosts: list[str]) -> bool:
        return not any(number in self._taken.get(host, ()) for host in hosts)
