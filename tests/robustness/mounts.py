# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small filesystems of a test's own, mounted below its folder and gone when it ends."""

from __future__ import annotations

import os
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from pathlib import Path


class Mounts:
    """Filesystems mounted below ``folder``."""

    def __init__(self, folder: Path) -> None:
        if os.geteuid() != 0:
            _leave_out("only root may mount a filesystem")
        self._folder = folder
        self._stack = ExitStack()
        self._count = 0

    def close(self) -> None:
        """Take all down, whatever goes wrong with one."""
        self._stack.close()

    def tmpfs(self, size: str) -> Path:
        return self._mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs")

    def ext4(self, size: str, block_size: int = 4096) -> Path:
        image = self._image(size)
        _run("mkfs.ext4", "-q", "-m", "0", "-b", str(block_size), str(image))
        return self._mount("-o", "loop", str(image))

    def xfs(self, size: str) -> Path:
        """With shared blocks (reflinks); ``size`` must be 300 MiB at least."""
        image = self._image(size)
        _run("mkfs.xfs", "-q", "-m", "reflink=1", str(image))
        return self._mount("-o", "loop", str(image))

    def read_only_view(self, folder: Path) -> Path:
        return self._mount("-o", "bind,ro", str(folder))

    def _image(self, size: str) -> Path:
        image = self._folder / f"image{self._count}"
        _run("truncate", "-s", size, str(image))
        return image

    def _mount(self, *arguments: str) -> Path:
        place = self._folder / f"mount{self._count}"
        self._count += 1
        place.mkdir()
        done = subprocess.run(["mount", *arguments, place], capture_output=True, text=True, check=False)
        if done.returncode and ("permi" in done.stderr or "denied" in done.stderr):
            _leave_out(f"mounting is refused here: {done.stderr.strip()}")
        assert done.returncode == 0, done.stderr
        self._stack.callback(_unmount, place)
        return place


def _leave_out(reason: str) -> NoReturn:
    """On a person's machine a test may be left out, and says so; where the work is judged it may not."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _unmount(place: Path) -> None:
    done = subprocess.run(["umount", place], capture_output=True, text=True, check=False)
    if done.returncode:
        # Something is still open: let it go all the same, and say so.
        _run("umount", "--lazy", str(place))
        pytest.fail(f"a file of the array is still open at the end: {done.stderr.strip()}")


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
