# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong with an array. Every driver raises these and nothing else."""

from __future__ import annotations

from ..errors import StorageError


class ArrayError(StorageError):
    """The base of what an array, or the way to it, may answer instead of doing as asked."""

    kind = "array_error"


class NotFound(ArrayError):
    """There is no such pool, LUN, host or other object, or it is not the one that was meant any more."""

    kind = "not_found"


class NameInUse(ArrayError):
    """The name, or the initiator, already belongs to something else."""

    kind = "name_in_use"


class NoSpace(ArrayError):
    """The pool, or what lies below it, cannot hold this."""

    kind = "no_space"


class StillMapped(ArrayError):
    """The LUN is mapped to hosts: the message names them."""

    kind = "still_mapped"


class HasDependants(ArrayError):
    """Something on the array is built on this: the message names it."""

    kind = "has_dependants"


class Busy(ArrayError):
    """Someone else works on this just now. The same call may succeed later."""

    kind = "busy"


class Denied(ArrayError):
    """The array, or the operating system, refuses this user."""

    kind = "denied"


class Unreachable(ArrayError):
    """There is no array at the address, or none that answers."""

    kind = "unreachable"


class TimedOut(ArrayError):
    """No answer within the connection's timeout. The work may have been done all the same."""

    kind = "timed_out"


class NotSupported(ArrayError):
    """This array, as configured now, cannot do this. Nothing was changed."""

    kind = "not_supported"


class FailedOnArray(ArrayError):
    """The array tried and failed; its own code and words are kept."""

    kind = "failed_on_array"

    def __init__(self, sentence: str, code: str, words: str) -> None:
        super().__init__(f"{sentence}: the array says {code}: {words}")
        self.code = code
        self.words = words
