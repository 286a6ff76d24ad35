# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies a LUN, stops half-way until it is told to go on: ``slow_maker.py ARRAY SOURCE NAME``.

Says ``half`` when some of the data is copied and that much has been noted on the array; a line to it lets it go on.
"""

from __future__ import annotations

import sys
import time
from contextlib import closing

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.arrays.lun import NewLun
from ansible_collections.lunar.storage.plugins.module_utils.arrays.registry import connect


def main(array: str, source: str, name: str) -> None:
    heard = []

    def pause(done: int, total: int) -> None:
        heard.append((done, total))
        if len(heard) == 1:
            time.sleep(0.6)  # progress is noted twice a second
        if len(heard) == 2:  # the first has been noted by now
            _tell("half")
            sys.stdin.readline()

    with closing(connect(Connection("directory", address=array))) as driver:
        lun = next(lun for lun in driver.luns() if lun.name == source)
        made = driver.copy_lun(lun, NewLun(name, lun.pool), pause)
    _tell(made.wwid)


def _tell(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
