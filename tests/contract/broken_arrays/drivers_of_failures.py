# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers broken at points 11 to 14: failures, clients at once, and claims."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import (
    FailedOnArray,
    NotSupported,
    TimedOut,
    Unreachable,
)
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun

from .register import MappingOneByOne, breaks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.capabilities import Capabilities
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import OnProgress
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot


@breaks(11, "test_failure_on_the_array_is_told_in_its_words_and_changes_nothing", "test_task_tells_the_arrays_words")
class HidesFailures(DirectoryDriver):
    def create_lun(self, new: NewLun) -> Lun:
        try:
            return super().create_lun(new)
        except FailedOnArray:
            return Lun("naa.3000000000000000", "?", new.name, new.pool, new.size or 0, None, None, None)


@breaks(11, "test_failing_question_is_an_error_and_not_an_empty_answer")
class AnswersNothingWhenItFails(DirectoryDriver):
    def luns(self) -> list[Lun]:
        try:
            return super().luns()
        except FailedOnArray:
            return []


@breaks(11, "test_failure_on_the_array_is_told_in_its_words_and_changes_nothing")
class LosesTheWords(DirectoryDriver):
    @contextmanager
    def _operation(self, name: str) -> Iterator[None]:
        try:
            with super()._operation(name):
                yield
        except FailedOnArray:
            raise FailedOnArray("it failed", "", "") from None


@breaks(11, "test_creation_that_outlives_the_timeout_is_found_again")
class ThrowsLateWorkAway(DirectoryDriver):
    def create_lun(self, new: NewLun) -> Lun:
        try:
            return super().create_lun(new)
        except TimedOut:
            self._delete_lun(next(lun for lun in self._luns() if lun.name == new.name))
            raise


@breaks(11, "test_copy_under_way_is_an_activity_and_not_yet_a_lun")
class ListsHalfMadeLuns(DirectoryDriver):
    def _luns(self) -> list[Lun]:
        half_made = [
            Lun(one.wwid, one.wwid, one.name, one.pool, one.size, None, None, None)
            for one in self._volumes.all()
            if one.making
        ]
        return [*super()._luns(), *half_made]


@breaks(
    12, "test_question_to_an_unreachable_array_is_unreachable", "test_change_to_an_unreachable_array_is_unreachable"
)
class LeaksErrorsOfItsLibrary(DirectoryDriver):
    @contextmanager
    def _operation(self, name: str) -> Iterator[None]:
        try:
            with super()._operation(name):
                yield
        except Unreachable as error:
            raise ConnectionRefusedError(str(error)) from None


@breaks(12, "test_refused_change_is_denied_and_changes_nothing")
class AsksAfterwards(DirectoryDriver):
    """It makes the host first, and then asks whether it may."""

    def create_host(self, name: str, initiators: Iterable[str]) -> Host:
        made = self._access.create_host(self._checked_host(name, initiators))
        with self._operation("create_host"):
            return made


@breaks(12, "test_creation_that_timed_out_makes_one_lun")
class TriesAgainUnderAnotherName(DirectoryDriver):
    def create_lun(self, new: NewLun) -> Lun:
        try:
            return super().create_lun(new)
        except TimedOut:
            self._create_lun(replace(self._checked(new), name=f"{new.name}.2"))
            raise


@breaks(12, "test_client_killed_in_the_midst_leaves_nothing_half_made")
class NeverRecovers(DirectoryDriver):
    def _recover(self) -> None:
        pass


@breaks(12, "test_next_task_finds_the_lun_whose_creation_timed_out")
class ForgetsTheNameOfLateWork(DirectoryDriver):
    def create_lun(self, new: NewLun) -> Lun:
        if "faults" in self.connection.options:
            new = replace(new, name=f"{new.name}.tmp")
        return super().create_lun(new)


_CHANGES = (
    "add_",
    "clone_",
    "copy_",
    "create_",
    "delete_",
    "describe_",
    "grow_",
    "map_",
    "remove_",
    "shrink_",
    "unmap_",
)


class OneAtATime(DirectoryDriver):
    """Healthy: it bears one client, and says so. Its array fails the second of two changes at once."""

    @contextmanager
    def _operation(self, name: str) -> Iterator[None]:
        if not name.startswith(_CHANGES):
            with super()._operation(name):
                yield
            return
        mark = self._layout.root / "in-use"
        if self._layout.root.exists():
            try:
                mark.touch(exist_ok=False)
            except FileExistsError:
                raise FailedOnArray(f"array {self._layout.root}", "TWO", "another call is under way") from None
        try:
            time.sleep(0.001)
            with super()._operation(name):
                yield
        finally:
            mark.unlink(missing_ok=True)

    def _capabilities(self) -> Capabilities:
        return replace(super()._capabilities(), concurrent_control=False, parallel_calls=1)


@breaks(
    13,
    "test_clients_that_make_map_and_remove_do_not_disturb_each_other",
    "test_tasks_for_different_luns_at_once_all_succeed",
)
class OneAtATimeUnsaid(OneAtATime):
    def _capabilities(self) -> Capabilities:
        return replace(super()._capabilities(), concurrent_control=True)


@breaks(13, "test_numbers_given_at_once_do_not_collide")
class CountsNumbersByItself(MappingOneByOne):
    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        if lun_number is None:
            lun_number = len([one for one in self._mappings() if one.host == host])
            time.sleep(0.05)
        return super()._map_lun(lun, host, lun_number)


@breaks(13, "test_clients_that_look_meanwhile_are_answered")
class ListsInTwoSteps(DirectoryDriver):
    def _mappings(self) -> list[Mapping]:
        names = {lun.wwid: lun.name for lun in self._luns()}
        time.sleep(0.01)
        return sorted(super()._mappings(), key=lambda mapping: names[mapping.lun_wwid])


@breaks(13, "test_one_lun_removed_at_once_is_removed_once")
class LooksBeforeItRemoves(DirectoryDriver):
    def _delete_lun(self, lun: Lun) -> bool:
        is_there = any(one.wwid == lun.wwid for one in self._luns())
        time.sleep(0.05)
        super()._delete_lun(lun)
        return is_there


@breaks(14, "test_what_is_claimed_works")
class ClaimsWhatItCannot(DirectoryDriver):
    def _clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        raise NotSupported("no licence for clones")


@breaks(14, "test_what_is_claimed_works")
class PretendsToDescribe(DirectoryDriver):
    def _describe_lun(self, lun: Lun, description: str) -> Lun:
        return replace(lun, description=description)


@breaks(14, "test_what_is_not_claimed_is_refused_before_a_change")
class DoesMoreThanItClaims(DirectoryDriver):
    def _require(self, capability: str) -> None:
        pass


@breaks(14, "test_what_is_not_claimed_is_refused_before_a_change")
class RefusesAfterTheChange(DirectoryDriver):
    def grow_lun(self, lun: Lun, size: int) -> Lun:
        with self._operation("grow_lun"):
            grown = self._grow_lun(lun, size)
        self._require("grow")
        return grown


@breaks(14, "test_files_of_an_export_share_blocks_exactly_where_that_is_claimed")
class MisjudgesItsFilesystem(DirectoryDriver):
    def _capabilities(self) -> Capabilities:
        can = super()._capabilities()
        return replace(can, file_clone=not can.file_clone)


@breaks(14, "test_default_provisioning_is_claimed_and_taken")
class DefaultsToTheOther(DirectoryDriver):
    def _checked(self, new: NewLun) -> NewLun:
        return super()._checked(replace(new, provisioning="thick") if new.provisioning == "default" else new)
