# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers broken at points 1 to 4, 9 and 10: LUNs, their data, identity and space."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.space import serial_of
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NameInUse
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import THICK, THIN, Lun, NewLun
from ansible_collections.lunar.storage.plugins.module_utils.sizes import round_up

from .register import MappingOneByOne, breaks

if TYPE_CHECKING:
    from pathlib import Path

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.driver import OnProgress
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.pool import Pool
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.snapshot import Snapshot


class KnowingFiles(MappingOneByOne):
    """Healthy, with a way to each LUN's file and row."""

    def file_of(self, lun: Lun) -> Path:
        return self._layout.volume_file(lun.pool, lun.wwid, is_snapshot=False)

    def write_size(self, lun: Lun, size: int) -> Lun:
        """Set the size in the documents alone."""
        with self._database.change() as connection:
            connection.execute("UPDATE volume SET size = ? WHERE id = ?", (size, serial_of(lun.wwid)))
        return replace(lun, size=size)

    def owner_of(self, name: str) -> Lun:
        """The LUN with this name."""
        return next(lun for lun in super()._luns() if lun.name == name)

    def namesake(self, lun: Lun) -> Lun:
        """The LUN that has this one's name now, or this one."""
        return next((one for one in super()._luns() if one.name == lun.name), lun)


@breaks(1, "test_new_lun_is_listed_at_once_by_every_client")
class ListsOnlyWhatItSawFirst(DirectoryDriver):
    seen: list[Lun] | None = None

    def _luns(self) -> list[Lun]:
        if self.seen is None:
            self.seen = super()._luns()
        return self.seen


@breaks(1, "test_removing_again_says_so_and_changes_nothing")
class RemovesAgainAndAgain(DirectoryDriver):
    def _delete_lun(self, lun: Lun) -> bool:
        super()._delete_lun(lun)
        return True


@breaks(1, "test_new_lun_reads_as_zeros_to_its_end", "test_name_of_a_removed_lun_is_free_and_its_data_is_gone")
class LeavesOldData(KnowingFiles):
    def _create_lun(self, new: NewLun) -> Lun:
        lun = super()._create_lun(new)
        with self.file_of(lun).open("r+b") as file:
            file.seek(-4096, os.SEEK_END)
            file.write(b"somebody else's secret")
        return lun


@breaks(1, "test_new_lun_lies_in_the_pool_that_was_asked_for")
class PrefersOnePool(DirectoryDriver):
    def _create_lun(self, new: NewLun) -> Lun:
        return super()._create_lun(replace(new, pool="wide"))


@breaks(1, "test_removing_one_lun_leaves_the_others_and_their_data")
class WipesTheWholePool(KnowingFiles):
    def _delete_lun(self, lun: Lun) -> bool:
        for other in super()._luns():
            os.truncate(self.file_of(other), 0)
            os.truncate(self.file_of(other), other.size)
        return super()._delete_lun(lun)


@breaks(2, "test_name_in_use_is_refused_and_named", "test_name_in_use_is_refused_whatever_else_is_asked")
class GivesTheNamesake(KnowingFiles):
    def _create_lun(self, new: NewLun) -> Lun:
        try:
            return super()._create_lun(new)
        except NameInUse:
            return self.owner_of(new.name)


@breaks(2, "test_refused_name_leaves_the_data_of_its_owner", "test_name_in_use_is_refused_and_named")
class ReplacesTheNamesake(KnowingFiles):
    def _create_lun(self, new: NewLun) -> Lun:
        try:
            return super()._create_lun(new)
        except NameInUse:
            super()._delete_lun(self.owner_of(new.name))
            return super()._create_lun(new)


@breaks(2, "test_replica_does_not_take_a_name_in_use", "test_replica_does_not_take_the_name_of_its_source")
class CopiesOverTheNamesake(KnowingFiles):
    def _clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        try:
            return super()._clone_lun(source, new, on_progress)
        except NameInUse:
            return self.owner_of(new.name)


@breaks(3, "test_growing_keeps_the_identity", "test_growing_keeps_the_data_and_adds_zeros")
class GrowsByMakingAnother(DirectoryDriver):
    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        super()._delete_lun(lun)
        return super()._create_lun(NewLun(lun.name, lun.pool, size, lun.provisioning or THIN))


@breaks(3, "test_growing_while_mapped_shows_in_every_hosts_eyes", "test_growing_keeps_the_data_and_adds_zeros")
class GrowsOnPaper(KnowingFiles):
    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        return self.write_size(lun, size)


@breaks(3, "test_growing_with_an_old_description_never_cuts_what_someone_else_added")
class SetsTheSizeItIsTold(KnowingFiles):
    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        os.truncate(self.file_of(lun), size)
        return self.write_size(lun, size)


@breaks(3, "test_growing_keeps_the_data_and_adds_zeros")
class GrowsAtTheFront(KnowingFiles):
    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        content = self.file_of(lun).read_bytes()
        self.file_of(lun).write_bytes(bytes(size - len(content)) + content)
        return self.write_size(lun, size)


@breaks(3, "test_growing_to_less_is_refused")
class GrowsToLess(DirectoryDriver):
    def grow_lun(self, lun: Lun, size: int) -> Lun:
        return super().grow_lun(lun, size) if size >= lun.size else super().shrink_lun(lun, size)


@breaks(
    4,
    "test_later_writes_to_the_source_do_not_show_in_the_replica",
    "test_writes_to_the_replica_do_not_show_in_the_source",
    "test_replicas_of_one_source_are_independent_of_each_other",
)
class SharesOneFile(KnowingFiles):
    def _clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        made = super()._clone_lun(source, new, on_progress)
        if isinstance(source, Lun):
            self.file_of(made).unlink()
            self.file_of(made).hardlink_to(self.file_of(source))
        return made


@breaks(4, "test_replica_has_the_content_of_that_moment")
class MakesEmptyCopies(DirectoryDriver):
    def _copy_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        return super()._create_lun(new)


@breaks(4, "test_replica_has_the_content_of_that_moment")
class LosesTheLastBlock(KnowingFiles):
    def _copy_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        made = super()._copy_lun(source, new, on_progress)
        os.truncate(self.file_of(made), made.size - 4096)
        os.truncate(self.file_of(made), made.size)
        return made


@breaks(4, "test_snapshot_keeps_the_content_of_its_moment")
class ClonesTheLunInsteadOfItsSnapshot(DirectoryDriver):
    def _clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        wwid = getattr(source, "lun_wwid", None)
        luns = [lun for lun in super()._luns() if lun.wwid == wwid]
        return super()._clone_lun(luns[0] if luns else source, new, on_progress)


@breaks(
    9,
    "test_old_description_does_not_touch_the_successor",
    "test_old_description_does_not_unmap_the_successor",
    "test_old_description_held_by_another_client_does_not_touch_the_successor",
    "test_one_other_digit_of_the_wwid_is_another_lun",
    "test_lun_of_another_array_is_not_touched_by_the_same_name",
)
class GoesByName(KnowingFiles):
    def _delete_lun(self, lun: Lun) -> bool:
        return super()._delete_lun(self.namesake(lun))

    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        return super()._grow_lun(self.namesake(lun), size)

    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        return super()._map_lun(self.namesake(lun), host, lun_number)

    def _unmap_lun(self, lun: Lun, host: str) -> bool:
        return super()._unmap_lun(self.namesake(lun), host)


@breaks(9, "test_old_description_does_not_touch_the_successor")
class DescribesByName(KnowingFiles):
    def _describe_lun(self, lun: Lun, description: str) -> Lun:
        return super()._describe_lun(self.namesake(lun), description)


@breaks(9, "test_one_other_digit_of_the_wwid_is_another_lun")
class GoesByTheSerialAlone(KnowingFiles):
    def _delete_lun(self, lun: Lun) -> bool:
        mine = next((one for one in super()._luns() if one.wwid[-8:] == lun.wwid[-8:]), lun)
        return super()._delete_lun(mine)


@breaks(
    9,
    "test_wwids_are_never_given_twice",
    "test_wwids_are_never_given_twice_by_clients_that_come_and_go",
    "test_old_description_does_not_touch_the_successor",
)
class RecyclesIds(DirectoryDriver):
    def _delete_lun(self, lun: Lun) -> bool:
        was_there = super()._delete_lun(lun)
        with self._database.change() as connection:
            connection.execute("UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(id), 0) FROM volume)")
        return was_there


@breaks(9, "test_wwids_are_well_formed_names_of_the_naa")
class ShoutsItsWwids(DirectoryDriver):
    def _luns(self) -> list[Lun]:
        return [replace(lun, wwid=lun.wwid.upper()) for lun in super()._luns()]


@breaks(10, "test_used_and_free_are_the_total")
class FindsSpaceFromNowhere(DirectoryDriver):
    def _pools(self) -> list[Pool]:
        return [replace(pool, free=pool.total) for pool in super()._pools()]


@breaks(10, "test_subscribed_is_the_sum_of_all_sizes")
class SubscribesWhatIsUsed(DirectoryDriver):
    def _pools(self) -> list[Pool]:
        return [replace(pool, subscribed=pool.used) for pool in super()._pools()]


@breaks(10, "test_size_is_told_as_the_array_rounded_it")
class TellsWhatWasAskedFor(DirectoryDriver):
    def _create_lun(self, new: NewLun) -> Lun:
        made = super()._create_lun(replace(new, size=round_up(new.size or 0, 64 * 1024)))
        return replace(made, size=new.size or 0)


@breaks(10, "test_thick_lun_takes_its_whole_size_at_once_and_gives_it_back")
class IsThickInNameOnly(DirectoryDriver):
    def _create_lun(self, new: NewLun) -> Lun:
        return replace(super()._create_lun(replace(new, provisioning=THIN)), provisioning=new.provisioning)


@breaks(10, "test_thin_lun_takes_only_what_is_written")
class IsThinInNameOnly(DirectoryDriver):
    def _create_lun(self, new: NewLun) -> Lun:
        return replace(super()._create_lun(replace(new, provisioning=THICK)), provisioning=new.provisioning)


@breaks(10, "test_growing_beyond_the_pool_is_refused_and_keeps_size_and_data")
class GrowsBeyondThePool(KnowingFiles):
    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        os.truncate(self.file_of(lun), size)
        return self.write_size(lun, size)
