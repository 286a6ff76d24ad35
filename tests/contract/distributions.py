# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Distributions that Python takes for installed, and the suite run on their drivers in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HERE = Path(__file__).parent
COLLECTIONS = HERE.parents[1] / ".venv" / "collections"


def install(folder: Path, name: str, arrays: Mapping[str, str]) -> None:
    """Put a distribution's metadata into ``folder``: ``arrays`` are its entry points ``lunar.arrays``."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"{driver} = {where}\n" for driver, where in arrays.items()]
    (metadata / "entry_points.txt").write_text("[lunar.arrays]\n" + "".join(lines), encoding="utf-8")


def run_suite(folder: Path, *arguments: str, path: list[Path], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the installed suite, in ``folder`` and with these on Python's path, as a third party does."""
    search = os.pathsep.join(str(one) for one in [folder, *path, HERE, COLLECTIONS])
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    quiet = ["-p", "no:cacheprovider", "-p", "no:xdist", "-r", "fE", "--tb=short"]
    own = [
        "-c",
        os.devnull,
        f"--confcutdir={HERE / 'lunar_contract'}",
        f"--rootdir={folder}",
        f"--basetemp={folder / 'temporary'}",
    ]
    suite = ["--pyargs", "lunar_contract", "-p", "lunar_contract.plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *quiet, *own, *suite, *arguments],
        cwd=folder,
        env={**inherited, "PYTHONPATH": search, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
