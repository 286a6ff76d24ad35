# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drivers broken at points 5 to 8: hosts, mappings, initiators, and what is let in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ansible_collections.lunar.storage.plugins.module_utils.arrays.directory.driver import DirectoryDriver
from ansible_collections.lunar.storage.plugins.module_utils.arrays.errors import NameInUse, NotFound, StillMapped
from ansible_collections.lunar.storage.plugins.module_utils.arrays.host import Host

from .register import MappingOneByOne, breaks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import Lun, NewLun
    from ansible_collections.lunar.storage.plugins.module_utils.arrays.mapping import Mapping


@breaks(5, "test_numbers_never_collide_on_a_host", "test_number_that_was_asked_for_is_given")
class GivesOneNumberToAll(MappingOneByOne):
    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        return replace(super()._map_lun(lun, host, lun_number), lun_number=0)

    def _mappings(self) -> list[Mapping]:
        return [replace(mapping, lun_number=0) for mapping in super()._mappings()]


@breaks(5, "test_two_hosts_do_not_disturb_each_other")
class UnmapsEverywhere(DirectoryDriver):
    def _unmap_lun(self, lun: Lun, host: str) -> bool:
        was_mapped = False
        for one in super()._hosts():
            was_mapped |= super()._unmap_lun(lun, one.name)
        return was_mapped


@breaks(5, "test_mapping_again_changes_nothing")
class MapsAnew(MappingOneByOne):
    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        super()._unmap_lun(lun, host)
        return super()._map_lun(lun, host, lun_number)


@breaks(5, "test_lun_is_mapped_to_many_hosts_in_one_call")
class MapsToTheFirstOfMany(MappingOneByOne):
    def _map_lun_to(self, lun: Lun, hosts: dict[str, int | None]) -> list[Mapping]:
        return super()._map_lun_to(lun, dict(list(hosts.items())[:1]))


@breaks(5, "test_mapping_is_seen_from_both_sides")
class MapsOnPaper(MappingOneByOne):
    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        mapping = super()._map_lun(lun, host, lun_number)
        self._layout.link(host, lun.wwid).unlink()
        return mapping


@breaks(5, "test_unmapped_lun_is_gone_from_both_sides")
class UnmapsOnPaper(DirectoryDriver):
    def _unmap_lun(self, lun: Lun, host: str) -> bool:
        was_mapped = super()._unmap_lun(lun, host)
        self._access.link(host, lun.pool, lun.wwid)
        return was_mapped


@breaks(5, "test_number_in_use_is_refused_on_that_host_only")
class GivesAnotherNumberThanAskedFor(MappingOneByOne):
    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        try:
            return super()._map_lun(lun, host, lun_number)
        except NameInUse:
            return super()._map_lun(lun, host, None)


@breaks(
    6,
    "test_mapped_lun_is_not_removed",
    "test_refusal_leaves_the_data_and_the_hosts_view",
    "test_one_host_that_is_left_is_enough",
)
class RemovesWhatIsMapped(DirectoryDriver):
    def _delete_lun(self, lun: Lun) -> bool:
        for mapping in super()._mappings():
            if mapping.lun_wwid == lun.wwid:
                super()._unmap_lun(lun, mapping.host)
        return super()._delete_lun(lun)


@breaks(6, "test_mapped_lun_is_not_removed")
class SaysGoneWhenMapped(DirectoryDriver):
    def _delete_lun(self, lun: Lun) -> bool:
        try:
            return super()._delete_lun(lun)
        except StillMapped:
            return False


@breaks(6, "test_mapping_by_another_client_counts")
class KnowsOnlyItsOwnMappings(MappingOneByOne):
    mine: tuple[str, ...] = ()

    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        self.mine = (*self.mine, lun.wwid)
        return super()._map_lun(lun, host, lun_number)

    def _delete_lun(self, lun: Lun) -> bool:
        if lun.wwid not in self.mine:
            for host in super()._hosts():
                super()._unmap_lun(lun, host.name)
        return super()._delete_lun(lun)


@breaks(
    7,
    "test_initiator_of_another_host_is_refused_in_any_case",
    "test_initiators_are_reported_in_one_spelling",
)
class KeepsTheCase(DirectoryDriver):
    def _checked_host(self, name: str, initiators: Iterable[str]) -> Host:
        return Host(name, tuple(sorted({one.strip() for one in initiators})))


@breaks(
    7,
    "test_initiator_of_another_host_is_refused_and_its_owner_named",
    "test_one_foreign_initiator_among_many_refuses_the_whole_host",
)
class TakesInitiatorsAway(DirectoryDriver):
    def _create_host(self, host: Host) -> Host:
        for other in super()._hosts():
            super()._remove_initiators(Host(other.name, host.initiators))
        return super()._create_host(host)


@breaks(7, "test_added_initiators_join_those_that_are_there")
class ReplacesInitiators(DirectoryDriver):
    def _add_initiators(self, more: Host) -> Host:
        for host in super()._hosts():
            if host.name == more.name:
                super()._remove_initiators(host)
        return super()._add_initiators(more)


@breaks(8, "test_bad_name_is_refused_for_a_lun", "test_bad_name_is_refused_for_a_host")
class TakesAnyName(DirectoryDriver):
    def _checked(self, new: NewLun) -> NewLun:
        return replace(super()._checked(replace(new, name="fine")), name=new.name)

    def _checked_host(self, name: str, initiators: Iterable[str]) -> Host:
        return replace(super()._checked_host("fine", initiators), name=name.replace("/", "_").replace("\0", "_"))


@breaks(8, "test_size_that_is_none_is_refused_for_a_new_lun", "test_size_that_is_none_is_refused_for_resizing")
class TakesAnySize(DirectoryDriver):
    def _checked_size(self, name: str, size: int) -> int:
        return super()._checked_size(name, max(size, 4096))


@breaks(8, "test_unknown_host_gets_nothing")
class MakesUnknownHosts(MappingOneByOne):
    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping:
        try:
            return super()._map_lun(lun, host, lun_number)
        except NotFound:
            super()._create_host(Host(host, ()))
            return super()._map_lun(lun, host, lun_number)


@breaks(8, "test_unknown_pool_is_refused")
class TakesAnotherPool(DirectoryDriver):
    def _create_lun(self, new: NewLun) -> Lun:
        try:
            return super()._create_lun(new)
        except NotFound:
            return super()._create_lun(replace(new, pool="wide"))


@breaks(8, "test_host_beside_a_real_one_does_not_disturb_it")
class CleansUpWithoutLooking(DirectoryDriver):
    def _unmap_lun(self, lun: Lun, host: str) -> bool:
        self._layout.link(host, lun.wwid).unlink(missing_ok=True)
        return super()._unmap_lun(lun, host)

    def unmap_lun(self, lun: Lun, host: str) -> bool:
        with self._operation("unmap_lun"):
            return self._unmap_lun(lun, host)
