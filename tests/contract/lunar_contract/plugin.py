# SPDX-FileCopyrightText: 2026 The Lunar contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pytest plug-in: the option ``--array-harness``, the marker ``point``, and the fixtures.

::

    pip install lunar-array-contract
    pytest --pyargs lunar_contract --array-harness my_package.my_harness:MyHarness
"""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from .array_under_test import ArrayUnderTest
    from .clients import Clients
    from .harness import ArrayHarness

POINTS = range(1, 15)
AT_ONCE = 20
"""How many clients an array must bear."""

_OPTION = "array_harness"
_OF_THE_CONTRACT = ("array contract", "yes")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the suite's options."""
    group = parser.getgroup("lunar array contract")
    group.addoption(
        "--array-harness",
        action="append",
        dest=_OPTION,
        metavar="PACKAGE.MODULE:CLASS",
        help="put the driver behind this ArrayHarness to the array contract; may be given several times",
    )
    group.addoption(
        "--array-point",
        action="append",
        dest="array_point",
        type=int,
        metavar="N",
        help="of the array contract run only the tests of this point, 1 to 14; may be given several times",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", "point(n): the point of the array contract that the test shows")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Put every test of the contract to every harness."""
    if "harness_class" not in metafunc.fixturenames:
        return
    names = metafunc.config.getoption(_OPTION, default=None) or []
    if not names:
        raise pytest.UsageError("the array contract needs --array-harness package.module:Class")
    classes = [_harness_class(name) for name in names]
    metafunc.parametrize("harness_class", classes, ids=[one.__name__ for one in classes], scope="session")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which tests are the contract's, and leave out the points that are not asked for."""
    for item in items:
        if "harness_class" in getattr(item, "fixturenames", ()):
            item.user_properties.append(_OF_THE_CONTRACT)
    wanted = config.getoption("array_point", default=None)
    if not wanted:
        return
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        points = points_of(item)
        (kept if not points or points & set(wanted) else left_out).append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = kept


def points_of(item: pytest.Item) -> set[int]:
    """The points of the contract that a test shows."""
    return {point for mark in item.iter_markers("point") for point in mark.args}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Skip with its reason what a harness declares impossible."""
    return (yield from _impossible_is_told())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Skip with its reason what a harness declares impossible."""
    return (yield from _impossible_is_told())


def _impossible_is_told() -> Generator[None]:
    from .harness import Impossible

    try:
        return (yield)
    except Impossible as impossible:
        pytest.skip(f"impossible: {impossible}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was not shown."""
    gaps: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        if _OF_THE_CONTRACT in report.user_properties and isinstance(report.longrepr, tuple):
            test = report.nodeid.rpartition("::")[2].partition("[")[0]
            gaps.setdefault(str(report.longrepr[2]).removeprefix("Skipped: "), []).append(test)
    if gaps:
        terminalreporter.section("array contract: not shown on this array")
        for reason, tests in sorted(gaps.items()):
            terminalreporter.line(f"{reason}: {len(tests)} tests ({', '.join(sorted(set(tests)))})")


def _harness_class(name: str) -> type[ArrayHarness]:
    from .harness import ArrayHarness

    module, _colon, attribute = name.partition(":")
    try:
        found = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise pytest.UsageError(f"--array-harness {name}: {error}") from error
    if not (isinstance(found, type) and issubclass(found, ArrayHarness)):
        raise pytest.UsageError(f"--array-harness {name}: not a subclass of lunar_contract.harness.ArrayHarness")
    return found


@pytest.fixture
def harness(harness_class: type[ArrayHarness], tmp_path: Path) -> Iterator[ArrayHarness]:
    """The harness of one test, set up."""
    from .state import remove_what_is_new, state_of

    harness = harness_class(tmp_path)
    harness.set_up()
    try:
        if harness.is_fresh:
            yield harness
            return
        client = harness.client()
        before = state_of(client)
        yield harness
        client.recover()
        remove_what_is_new(client, before)
        client.close()
    finally:
        harness.tear_down()


@pytest.fixture
def array(harness: ArrayHarness) -> Iterator[ArrayUnderTest]:
    """The array of one test."""
    from .array_under_test import ArrayUnderTest

    array = ArrayUnderTest(harness)
    yield array
    array.close()


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    """Twenty clients, each in a process of its own."""
    from .clients import Clients

    clients = Clients(AT_ONCE)
    yield clients
    clients.close()
