# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client of an array, as a process: ``python -m lunar_contract.client``.

It reads requests from its standard input, one line of JSON each, and answers each with one line of JSON. Connections,
which may hold passwords, come that way and no other.
"""

from __future__ import annotations

import json
import sys
import traceback
from contextlib import closing
from typing import Any

from ansible_collections.lunar.storage.plugins.module_utils.arrays.connection import Connection
from ansible_collections.lunar.storage.plugins.module_utils.errors import StorageError

from . import work
from .claims import claiming


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do the work that is asked for; its result, or the error's kind and sentence."""
    act = getattr(work, request["work"])
    try:
        with closing(claiming(Connection(**request["connection"]), **request["claims"])) as driver:
            return {"result": act(driver, **request["arguments"])}
    except StorageError as error:
        return {"error": error.kind, "sentence": str(error)}
    except Exception as error:  # noqa: BLE001  # whatever a driver raises is for the test to judge
        where = traceback.extract_tb(error.__traceback__)[-1]
        return {"error": f"untyped {type(error).__name__}", "sentence": f"{error} ({where.filename}:{where.lineno})"}


if __name__ == "__main__":
    print(json.dumps("ready"), flush=True)  # noqa: T201  # the way it speaks
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)  # noqa: T201
