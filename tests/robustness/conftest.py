# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from .mounts import Mounts
from .tasks import TaskServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def task_server() -> Iterator[TaskServer]:
    """Runs one task at a time."""
    with closing(TaskServer()) as server:
        yield server


@pytest.fixture
def mounts(tmp_path: Path) -> Iterator[Mounts]:
    """Makes filesystems; all are gone after the test."""
    with closing(Mounts(tmp_path)) as mounts:
        yield mounts
