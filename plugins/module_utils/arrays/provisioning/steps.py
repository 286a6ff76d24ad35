# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The single changes that a plan is made of. Each is one call to the array."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

from ...errors import InvalidValue
from ..errors import NameInUse, NotFound, TimedOut

if TYPE_CHECKING:
    from collections.abc import Container

    from ..driver import Driver
    from ..host import Host
    from ..lun import Lun, NewLun
    from ..mapping import Mapping
    from ..snapshot import Snapshot


@dataclass
class LunNow:
    """A LUN while its steps are carried out."""

    lun: Lun | None
    mappings: dict[str, Mapping] = field(default_factory=dict)
    """By host."""

    @property
    def existing(self) -> Lun:
        """The LUN, which earlier steps made or found."""
        if self.lun is None:
            raise NotFound("the LUN was removed meanwhile")
        return self.lun


class Step(ABC):
    """One change to one LUN."""

    action: ClassVar[str]
    """What was done, as the module reports it."""

    @abstractmethod
    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        """Do it and note it in ``now``. ``made`` holds the LUNs of the same plan that are finished, by name."""


@dataclass(frozen=True)
class Create(Step):
    """Make an empty LUN."""

    action: ClassVar[str] = "created"
    new: NewLun

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        try:
            now.lun = driver.create_lun(self.new)
        except (TimedOut, NameInUse):
            now.lun = self._found_again(driver)
            if now.lun is None:
                raise

    def _found_again(self, driver: Driver) -> Lun | None:
        """The LUN as it was asked for: made by the call that timed out, or by someone who asks for the same."""
        lun = _by_name(driver, self.new.name)
        is_same = (
            lun is not None
            and lun.pool == self.new.pool
            and self.new.size is not None
            and 0 <= lun.size - self.new.size < driver.capabilities().granularity
            and lun.provisioning in (None, self.new.provisioning)
        )
        return lun if is_same else None


@dataclass(frozen=True)
class Replicate(Step):
    """Make a LUN with the content of another, or of a snapshot; ``source`` is ``None`` when it is a LUN of the same plan."""

    new: NewLun
    source: Lun | Snapshot | None
    source_lun: str

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        source = self.source or made.get(self.source_lun)
        if source is None:
            raise NotFound(f"source: LUN {self.source_lun} was not made")
        try:
            now.lun = self._replicate(driver, source)
        except TimedOut:
            now.lun = _by_name(driver, self.new.name)
            if now.lun is None or now.lun.size != source.size:
                raise

    @abstractmethod
    def _replicate(self, driver: Driver, source: Lun | Snapshot) -> Lun: ...


@dataclass(frozen=True)
class Clone(Replicate):
    """Let the array make a clone."""

    action: ClassVar[str] = "cloned"

    def _replicate(self, driver: Driver, source: Lun | Snapshot) -> Lun:
        return driver.clone_lun(source, self.new)


@dataclass(frozen=True)
class Copy(Replicate):
    """Let the array make a full copy."""

    action: ClassVar[str] = "copied"

    def _replicate(self, driver: Driver, source: Lun | Snapshot) -> Lun:
        return driver.copy_lun(source, self.new)


@dataclass(frozen=True)
class Grow(Step):
    """Make the LUN larger."""

    action: ClassVar[str] = "resized"
    size: int

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        now.lun = driver.grow_lun(now.existing, self.size)


@dataclass(frozen=True)
class Shrink(Step):
    """Make the LUN smaller."""

    action: ClassVar[str] = "resized"
    size: int

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        now.lun = driver.shrink_lun(now.existing, self.size)


@dataclass(frozen=True)
class Describe(Step):
    """Set the description."""

    action: ClassVar[str] = "described"
    description: str

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        now.lun = driver.describe_lun(now.existing, self.description)


@dataclass(frozen=True)
class Map(Step):
    """Let hosts use the LUN."""

    action: ClassVar[str] = "mapped"
    hosts: tuple[str, ...]
    lun_number: int | None
    """The number that was asked for."""
    suggested: int | None = None
    """The number to try when none was asked for; where somebody was quicker, the array chooses."""

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        now.mappings.update({mapping.host: mapping for mapping in self._mapped(driver, now.existing)})

    def without(self, hosts: Container[str]) -> Map:
        """The same for the others."""
        return replace(self, hosts=tuple(host for host in self.hosts if host not in hosts))

    def _mapped(self, driver: Driver, lun: Lun) -> list[Mapping]:
        if self.lun_number is not None or self.suggested is None:
            return driver.map_lun_to(lun, dict.fromkeys(self.hosts, self.lun_number))
        try:
            return driver.map_lun_to(lun, dict.fromkeys(self.hosts, self.suggested))
        except (NameInUse, InvalidValue):
            return driver.map_lun_to(lun, dict.fromkeys(self.hosts))


@dataclass(frozen=True)
class Unmap(Step):
    """Take the LUN from a host."""

    action: ClassVar[str] = "unmapped"
    host: str

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        driver.unmap_lun(now.existing, self.host)
        now.mappings.pop(self.host, None)


@dataclass(frozen=True)
class Delete(Step):
    """Remove the LUN and its data."""

    action: ClassVar[str] = "deleted"

    def carry_out(self, driver: Driver, now: LunNow, made: dict[str, Lun]) -> None:
        driver.delete_lun(now.existing)
        now.lun = None


@dataclass(frozen=True)
class PrepareHost:
    """Let the array know a host with at least ``host``'s initiators, and without ``surplus``."""

    host: Host
    surplus: tuple[str, ...] = ()

    def carry_out(self, driver: Driver) -> None:
        """Do it, whoever else makes the same host known at the same time."""
        if self.host.initiators:
            try:
                driver.add_initiators(self.host.name, self.host.initiators)
            except NotFound:
                self._make_known(driver)
        if self.surplus:
            driver.remove_initiators(self.host.name, self.surplus)

    def _make_known(self, driver: Driver) -> None:
        try:
            driver.create_host(self.host.name, self.host.initiators)
        except NameInUse:
            if self.host.name not in {host.name for host in driver.hosts()}:
                raise  # not the host's name, but an initiator's
            driver.add_initiators(self.host.name, self.host.initiators)


def _by_name(driver: Driver, name: str) -> Lun | None:
    return next((lun for lun in driver.luns() if lun.name == name), None)
