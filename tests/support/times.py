"""Where the time of a run went: printed before pytest's own last line when it is asked for with `--times`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

import pytest

from tests.support import effort

SLOWEST = 15
DEPTH = 3
"""How far below the root folders are told apart: tests/tenants/people."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--times`."""
    parser.addoption("--times", action="store_true", help="print the slowest tests and the time of each folder")


def folder(test: str) -> str:
    """The folder of a test that is named by its node id, at most DEPTH deep."""
    return "/".join(PurePosixPath(test.partition("::")[0]).parent.parts[:DEPTH])


def lines(reports: Iterable[tuple[str, float]]) -> Iterator[str]:
    """The slowest tests and the seconds of each folder, of the durations of the parts of tests."""
    tests, folders, counts = Counter[str](), Counter[str](), Counter[str]()
    for name, seconds in reports:
        counts[folder(name)] += name not in tests
        tests[name] += seconds  # type: ignore[assignment]
        folders[folder(name)] += seconds  # type: ignore[assignment]
    yield f"the {SLOWEST} slowest tests, with what was made for them"
    yield from (f"{seconds:8.1f} s  {test}" for test, seconds in tests.most_common(SLOWEST))
    yield "time of each folder, added up over the workers"
    yield from (f"{seconds:8.1f} s {counts[name]:5}  {name}" for name, seconds in folders.most_common())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the times of this run."""
    if config.getoption("times"):
        reports = [one for found in terminalreporter.stats.values() for one in found if hasattr(one, "duration")]
        terminalreporter.section("times")
        for line in lines((one.nodeid, one.duration) for one in reports):
            terminalreporter.write_line(line)
        counts = [line for one in reports if one.when == "call" for line in effort.lines(one.user_properties)]
        if counts:
            terminalreporter.section("clicks and fields")
            for line in counts:
                terminalreporter.write_line(line)
