# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the parts of an array lie in its folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FILE_ENDING = ".raw"


@dataclass(frozen=True)
class Layout:
    """The paths below ``root``, an absolute folder.

    ::

    array.sqlite                          what exists: see database.py
    pools/POOL/luns/WWID.raw              a LUN's data
    pools/POOL/snapshots/WWID.raw         a snapshot's data
    pools/POOL/exports/NAME/              an export
    hosts/HOST/WWID                       a link to a LUN that is mapped to the host
    """

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "array.sqlite"

    @property
    def pools(self) -> Path:
        return self.root / "pools"

    @property
    def hosts(self) -> Path:
        return self.root / "hosts"

    def pool(self, pool: str) -> Path:
        return self.pools / pool

    def luns(self, pool: str) -> Path:
        return self.pool(pool) / "luns"

    def snapshots(self, pool: str) -> Path:
        return self.pool(pool) / "snapshots"

    def exports(self, pool: str) -> Path:
        return self.pool(pool) / "exports"

    def volume_file(self, pool: str, wwid: str, *, is_snapshot: bool) -> Path:
        folder = self.snapshots(pool) if is_snapshot else self.luns(pool)
        return folder / (wwid + FILE_ENDING)

    def export_folder(self, pool: str, name: str) -> Path:
        return self.exports(pool) / name

    def host(self, host: str) -> Path:
        return self.hosts / host

    def link(self, host: str, wwid: str) -> Path:
        return self.host(host) / wwid

    def link_target(self, pool: str, wwid: str) -> str:
        """What a host's link holds: relative, so that the array's folder can be moved."""
        return f"../../pools/{pool}/luns/{wwid}{FILE_ENDING}"
