# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one place where an error becomes a module's failure."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from .errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ansible.module_utils.basic import AnsibleModule


@contextmanager
def failures_reported(module: AnsibleModule) -> Iterator[None]:
    """Turn a :class:`StorageError` into ``fail_json`` with the error's kind beside its sentence."""
    try:
        yield
    except StorageError as error:
        module.fail_json(msg=str(error), error_kind=error.kind)
