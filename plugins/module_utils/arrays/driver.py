# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The contract between the collection and an array: one class a driver.

A driver overrides the methods that start with an underscore. The public ones around them check what is asked
before the array is touched, so that every driver refuses the same things with the same words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Callable, ClassVar

from ..errors import InvalidValue
from ..names import check_description, check_name
from ..sizes import format_size, round_up
from .connection import check_connection
from .errors import NotSupported
from .host import Host
from .initiator import normalise_initiator
from .lun import DEFAULT, THICK, THIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .activity import Activity
    from .array import Array
    from .capabilities import Capabilities
    from .connection import Accepted, Connection
    from .export import Export
    from .lun import Lun, NewLun
    from .mapping import Mapping
    from .pool import Pool
    from .portal import Portal
    from .snapshot import Snapshot
    from .statistics import Statistics

OnProgress = Callable[[int, int], None]
"""Called now and then while data is moved, with the bytes done and the bytes in all."""


def unheard(done: int, total: int) -> None:
    """The :data:`OnProgress` of a caller who does not listen."""


class Driver(ABC):
    """An array, asked anew each time: nothing of its state is kept between calls.

    Every method raises an ArrayError of ``errors.py``, or InvalidValue before anything is touched. Methods are
    called from several threads at once when ``capabilities().parallel_calls`` is more than one.
    """

    accepts: ClassVar[Accepted]

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.options = check_connection(connection, self.accepts)

    def close(self) -> None:
        """Give back what was opened. The driver is not used afterwards."""

    # What is there

    def describe(self) -> Array:
        """The array itself."""
        with self._operation("describe"):
            return self._describe()

    def capabilities(self) -> Capabilities:
        """What the array can do as configured now; asked once in the life of this object."""
        return self._asked_capabilities

    def pools(self) -> list[Pool]:
        """All pools that LUNs or exports can be made in."""
        with self._operation("pools"):
            return self._pools()

    def luns(self) -> list[Lun]:
        """All LUNs, whole ones only: what is still being made is in :meth:`activities`."""
        with self._operation("luns"):
            return self._luns()

    def snapshots(self) -> list[Snapshot]:
        """All snapshots of LUNs; none where the array makes none."""
        with self._operation("snapshots"):
            return self._snapshots() if self.capabilities().snapshot else []

    def exports(self) -> list[Export]:
        """All exports; none where the array serves none."""
        with self._operation("exports"):
            return self._exports() if self.capabilities().export else []

    def hosts(self) -> list[Host]:
        """All hosts that the array knows."""
        with self._operation("hosts"):
            return self._hosts()

    def mappings(self) -> list[Mapping]:
        """Which LUN is mapped to which host."""
        with self._operation("mappings"):
            return self._mappings()

    def portals(self) -> list[Portal]:
        """Where hosts reach the LUNs."""
        with self._operation("portals"):
            return self._portals()

    def statistics(self) -> list[Statistics]:
        """Use of every LUN; none where the array does not count."""
        with self._operation("statistics"):
            return self._statistics() if self.capabilities().statistics else []

    def activities(self) -> list[Activity]:
        """What the array is busy with."""
        with self._operation("activities"):
            return self._activities()

    def recover(self) -> None:
        """Put right what a client that died left half-done. Called before changes are planned."""
        with self._operation("recover"):
            self._recover()

    # LUNs

    def create_lun(self, new: NewLun) -> Lun:
        """Make an empty LUN. It reads as zeros.

        Raises NameInUse, NotFound (the pool), NoSpace, NotSupported (the provisioning).
        """
        new = self._checked(new)
        if new.size is None:
            raise InvalidValue("size", None, f"is needed to make the empty LUN {new.name}")
        with self._operation("create_lun"):
            return self._create_lun(new)

    def clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress = unheard) -> Lun:
        """Make a LUN with the content that ``source`` has now, by the array's quickest way.

        Raises as :meth:`create_lun`, NotFound when the source is gone, and NotSupported.
        """
        self._require("clone")
        new = self._checked_against(source, new)
        with self._operation("clone_lun"):
            return self._clone_lun(source, new, on_progress)

    def copy_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress = unheard) -> Lun:
        """Make a LUN with blocks of its own and the content that ``source`` has now. Raises as :meth:`clone_lun`."""
        self._require("copy")
        new = self._checked_against(source, new)
        with self._operation("copy_lun"):
            return self._copy_lun(source, new, on_progress)

    def grow_lun(self, lun: Lun, size: int) -> Lun:
        """Make the LUN at least ``size`` bytes large. The WWID stays. The size that ``lun`` has already asks for nothing.

        Raises InvalidValue for a smaller size, NotFound when this LUN (by WWID) is gone, NoSpace, NotSupported.
        """
        size = self._checked_size(lun.name, size)
        if size < lun.size:
            raise InvalidValue("size", size, f"is less than the {lun.size} bytes of LUN {lun.name}; growing only grows")
        if size == lun.size:
            return lun
        self._require("grow")
        with self._operation("grow_lun"):
            return self._grow_lun(lun, size)

    def shrink_lun(self, lun: Lun, size: int) -> Lun:
        """Cut the LUN down to ``size`` bytes; what lies behind is lost. The size that ``lun`` has asks for nothing.

        Raises InvalidValue for a larger size, NotFound when this LUN (by WWID) is gone, Busy, NotSupported.
        """
        size = self._checked_size(lun.name, size)
        if size > lun.size:
            raise InvalidValue("size", size, f"is more than the {lun.size} bytes of LUN {lun.name}")
        if size == lun.size:
            return lun
        self._require("shrink")
        with self._operation("shrink_lun"):
            return self._shrink_lun(lun, size)

    def describe_lun(self, lun: Lun, description: str) -> Lun:
        """Set the LUN's description. Raises NotFound, NotSupported."""
        self._require("description")
        check_description("description", description)
        with self._operation("describe_lun"):
            return self._describe_lun(lun, description)

    def delete_lun(self, lun: Lun) -> bool:
        """Remove the LUN and its data. ``False`` when it was gone already.

        Raises StillMapped, HasDependants or Busy, and then changes nothing.
        """
        with self._operation("delete_lun"):
            return self._delete_lun(lun)

    # Snapshots

    def create_snapshot(self, lun: Lun, name: str) -> Snapshot:
        """Keep the LUN's content of this moment. Raises NameInUse, NotFound, NoSpace, NotSupported."""
        self._require("snapshot")
        check_name("snapshot", name)
        with self._operation("create_snapshot"):
            return self._create_snapshot(lun, name)

    def delete_snapshot(self, snapshot: Snapshot) -> bool:
        """Remove the snapshot. ``False`` when it was gone already. Raises HasDependants, Busy, NotSupported."""
        self._require("snapshot")
        with self._operation("delete_snapshot"):
            return self._delete_snapshot(snapshot)

    # Exports

    def create_export(self, name: str, pool: str, size: int | None) -> Export:
        """Make an export with a quota of ``size`` bytes, or none. Raises NameInUse, NotFound, NoSpace, NotSupported."""
        self._require("export")
        check_name("export", name)
        if size is not None and not (_is_number(size) and size > 0):
            raise InvalidValue("size", size, "is not a number of bytes above zero")
        with self._operation("create_export"):
            return self._create_export(name, pool, size)

    def delete_export(self, export: Export) -> bool:
        """Remove an empty export. ``False`` when it was gone already. Raises HasDependants when files are in it."""
        self._require("export")
        with self._operation("delete_export"):
            return self._delete_export(export)

    # Hosts and mappings

    def create_host(self, name: str, initiators: Iterable[str]) -> Host:
        """Make a host known. Raises NameInUse when the name or an initiator belongs to another."""
        host = self._checked_host(name, initiators)
        with self._operation("create_host"):
            return self._create_host(host)

    def add_initiators(self, name: str, initiators: Iterable[str]) -> Host:
        """Let the host have these initiators too. Raises NotFound, and NameInUse as :meth:`create_host`."""
        host = self._checked_host(name, initiators)
        with self._operation("add_initiators"):
            return self._add_initiators(host)

    def remove_initiators(self, name: str, initiators: Iterable[str]) -> Host:
        """Take these initiators from the host; it may keep none, and need not have them. Raises NotFound."""
        host = self._checked_host(name, initiators)
        with self._operation("remove_initiators"):
            return self._remove_initiators(host)

    def delete_host(self, name: str) -> bool:
        """Forget a host. ``False`` when it was not known. Raises StillMapped while a LUN is mapped to it."""
        check_name("host", name)
        with self._operation("delete_host"):
            return self._delete_host(name)

    def map_lun(self, lun: Lun, host: str, lun_number: int | None = None) -> Mapping:
        """Let the host use the LUN, under this number or the lowest free one. A LUN already mapped stays as it is.

        Raises NotFound (the LUN by its WWID, the host) and NameInUse when the number is taken.
        """
        return self.map_lun_to(lun, {host: lun_number})[0]

    def map_lun_to(self, lun: Lun, hosts: dict[str, int | None]) -> list[Mapping]:
        """Let all these hosts use the LUN, each under its number, as :meth:`map_lun` for one.

        Where the array can, it is all of them or none; else a failure may leave it mapped to some.
        """
        highest = self.capabilities().highest_lun_number
        for host, number in hosts.items():
            check_name("host", host)
            if number is not None and not (_is_number(number) and 0 <= number <= highest):
                raise InvalidValue("lun_number", number, f"is not between 0 and {highest}")
        with self._operation("map_lun"):
            return self._map_lun_to(lun, hosts)

    def unmap_lun(self, lun: Lun, host: str) -> bool:
        """Take the LUN from the host. ``False`` when it was not mapped to it. Raises NotFound when the LUN is gone."""
        check_name("host", host)
        with self._operation("unmap_lun"):
            return self._unmap_lun(lun, host)

    # What a driver writes

    def _operation(self, name: str) -> AbstractContextManager[object]:
        """Entered around every call to the array: the place to turn a library's errors into the contract's."""
        return nullcontext()

    @abstractmethod
    def _describe(self) -> Array: ...

    @abstractmethod
    def _capabilities(self) -> Capabilities: ...

    @abstractmethod
    def _pools(self) -> list[Pool]: ...

    @abstractmethod
    def _luns(self) -> list[Lun]: ...

    @abstractmethod
    def _hosts(self) -> list[Host]: ...

    @abstractmethod
    def _mappings(self) -> list[Mapping]: ...

    @abstractmethod
    def _portals(self) -> list[Portal]: ...

    @abstractmethod
    def _create_lun(self, new: NewLun) -> Lun: ...

    @abstractmethod
    def _delete_lun(self, lun: Lun) -> bool: ...

    @abstractmethod
    def _create_host(self, host: Host) -> Host: ...

    @abstractmethod
    def _add_initiators(self, more: Host) -> Host: ...

    @abstractmethod
    def _remove_initiators(self, fewer: Host) -> Host: ...

    @abstractmethod
    def _delete_host(self, name: str) -> bool: ...

    @abstractmethod
    def _map_lun(self, lun: Lun, host: str, lun_number: int | None) -> Mapping: ...

    @abstractmethod
    def _unmap_lun(self, lun: Lun, host: str) -> bool: ...

    def _map_lun_to(self, lun: Lun, hosts: dict[str, int | None]) -> list[Mapping]:
        return [self._map_lun(lun, host, number) for host, number in hosts.items()]

    # Written only by drivers whose capabilities claim it

    def _snapshots(self) -> list[Snapshot]:
        raise self._unwritten("snapshot")

    def _exports(self) -> list[Export]:
        raise self._unwritten("export")

    def _statistics(self) -> list[Statistics]:
        raise self._unwritten("statistics")

    def _activities(self) -> list[Activity]:
        return []

    def _recover(self) -> None:
        """Nothing to do on arrays whose every call is whole."""

    def _clone_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        raise self._unwritten("clone")

    def _copy_lun(self, source: Lun | Snapshot, new: NewLun, on_progress: OnProgress) -> Lun:
        raise self._unwritten("copy")

    def _grow_lun(self, lun: Lun, size: int) -> Lun:
        raise self._unwritten("grow")

    def _shrink_lun(self, lun: Lun, size: int) -> Lun:
        raise self._unwritten("shrink")

    def _describe_lun(self, lun: Lun, description: str) -> Lun:
        raise self._unwritten("description")

    def _create_snapshot(self, lun: Lun, name: str) -> Snapshot:
        raise self._unwritten("snapshot")

    def _delete_snapshot(self, snapshot: Snapshot) -> bool:
        raise self._unwritten("snapshot")

    def _create_export(self, name: str, pool: str, size: int | None) -> Export:
        raise self._unwritten("export")

    def _delete_export(self, export: Export) -> bool:
        raise self._unwritten("export")

    # What is checked before the array is touched

    @cached_property
    def _asked_capabilities(self) -> Capabilities:
        with self._operation("capabilities"):
            return self._capabilities()

    def _unwritten(self, capability: str) -> NotSupported:
        return NotSupported(f"array {self.connection.address}: this driver does not do: {capability}")

    def _require(self, capability: str) -> None:
        if not getattr(self.capabilities(), capability):
            raise NotSupported(f"array {self.connection.address}: not supported as configured now: {capability}")

    def _checked(self, new: NewLun) -> NewLun:
        check_name("name", new.name)
        provisioning = new.provisioning
        if provisioning == DEFAULT:
            provisioning = self.capabilities().default_provisioning
        if provisioning not in (THIN, THICK):
            raise InvalidValue("provisioning", provisioning, f"is none of {THIN}, {THICK}, {DEFAULT}")
        self._require(provisioning)
        if new.description:
            self._require("description")
            check_description("description", new.description)
        size = None if new.size is None else self._checked_size(new.name, new.size)
        return replace(new, provisioning=provisioning, size=size)

    def _checked_against(self, source: Lun | Snapshot, new: NewLun) -> NewLun:
        new = self._checked(new)
        if new.size not in (None, source.size):
            raise InvalidValue(
                "size", new.size, f"is not the {source.size} bytes of {source.name}; resize it afterwards"
            )
        return replace(new, size=source.size)

    def _checked_size(self, name: str, size: int) -> int:
        can = self.capabilities()
        if not _is_number(size):
            raise InvalidValue("size", size, f"of LUN {name} is not a number of bytes")
        if size < can.smallest_lun:
            raise InvalidValue("size", size, f"of LUN {name} is less than the array's least, {can.smallest_lun} bytes")
        rounded = round_up(size, can.granularity)
        if can.largest_lun is not None and rounded > can.largest_lun:
            raise InvalidValue("size", size, f"of LUN {name} is more than the array's {format_size(can.largest_lun)}")
        return rounded

    def _checked_host(self, name: str, initiators: Iterable[str]) -> Host:
        check_name("host", name)
        normalised = sorted({normalise_initiator(f"host {name}, initiators", one) for one in initiators})
        if not normalised:
            raise InvalidValue("initiators", [], f"of host {name} are missing; a host is known by at least one")
        return Host(name, tuple(normalised))


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
