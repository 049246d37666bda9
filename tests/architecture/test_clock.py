"""The present is read in one place, which tests can set and the product cannot."""

import ast
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from clais import clock
from tests.architecture.sources import Source, read, sources

TESTS = Path(__file__).parents[1]
CLOCK = "clais.clock"
COMPARES_OR_GUARDS = {
    "config.diagnosis.database",  # Compares the clock of the machine with that of the database.
}
OF_PYTHON = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("time", "time")}
OF_THE_DATABASE = {"now", "current_timestamp", "current_date", "localtimestamp", "clock_timestamp"}
IN_SQL = re.compile(
    r"\b(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\b(current_date|current_timestamp)\b",
    re.IGNORECASE,
)


def check_clock(found: Iterable[Source]) -> list[str]:
    """The present is read from `clais.clock` and nowhere else, and the product never sets it."""
    return [
        f"{source.module}:{node.lineno}"
        for source in found
        if source.module != CLOCK
        for node in nodes(source.tree)
        if reads_another_clock(node)
        or sets_the_clock(node)
        or (tells_the_time_in_sql(node) and source.module not in COMPARES_OR_GUARDS)
    ]


def nodes(tree: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Every statement and expression; not the docstrings, which speak of the time freely."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            continue
        if isinstance(node, ast.expr | ast.stmt):
            yield node
        yield from nodes(node)


def reads_another_clock(node: ast.AST) -> bool:
    """`datetime.now`, `date.today`, `func.now`…"""
    if not isinstance(node, ast.Attribute):
        return False
    whose = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
    return (whose, node.attr) in OF_PYTHON or (whose == "func" and node.attr in OF_THE_DATABASE)


def tells_the_time_in_sql(node: ast.AST) -> bool:
    """A statement written out that asks the database for the time."""
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(IN_SQL.search(node.value))


def sets_the_clock(node: ast.AST) -> bool:
    """`clock.set_to`, or its import."""
    if isinstance(node, ast.ImportFrom):
        return node.module == CLOCK and any(alias.name == "set_to" for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr == "set_to" and getattr(node.value, "id", "") == "clock"


def test_the_present_is_read_in_one_place_and_the_product_never_sets_it() -> None:
    assert check_clock(sources()) == []


@pytest.mark.parametrize(
    "planted",
    [
        "from datetime import datetime\nmoment = datetime.now()",
        "import datetime\nmoment = datetime.datetime.now(datetime.UTC)",
        "from datetime import date\nday = date.today()",
        "from sqlalchemy import func\nlate = func.now()",
        "statement = 'SELECT 1 FROM referral WHERE consent_until > now()'",
        "from clais.clock import set_to",
        "from clais import clock\nwith clock.set_to(moment):\n    pass",
    ],
)
def test_another_clock_and_a_setting_of_it_are_found(planted: str) -> None:
    assert check_clock([read(planted)])


def test_a_clock_that_is_set_shows_that_moment_and_its_belgian_day_and_then_the_present_again() -> None:
    with clock.set_to(datetime(2025, 3, 29, 23, 30, tzinfo=UTC)):
        assert clock.now() == datetime(2025, 3, 29, 23, 30, tzinfo=UTC)
        assert clock.today().isoformat() == "2025-03-30"
    assert abs(datetime.now(UTC) - clock.now()).total_seconds() < 60


def test_a_moment_without_a_time_zone_is_refused_and_the_clock_goes_on() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.set_to(datetime(2025, 3, 29, 23, 30)):  # noqa: DTZ001
        pass
    assert clock.now().year >= 2026


TYPED = re.compile(r"\b(\d\d?)[/-](\d\d?)[/-](20\d\d)\b")
WRITTEN = date(2026, 12, 31)
"""When all tests were looked at: a later day that one of them types was yet to come, and will have been."""


def days_to_come(text: str) -> list[str]:
    """The days that a test types as they are typed into a form, and that were yet to come when it was written."""
    found = []
    for day, month, year in TYPED.findall(text):
        with suppress(ValueError):  # A day that there is not stays one.
            found += [f"{day}/{month}/{year}"] if date(int(year), int(month), int(day)) > WRITTEN else []
    return found


def test_no_test_types_a_day_to_come_but_counts_from_today() -> None:
    typed = {path.name: days_to_come(path.read_text(encoding="utf-8")) for path in TESTS.rglob("test_*.py")}
    assert {name: days for name, days in typed.items() if days and name != Path(__file__).name} == {}


def test_a_day_to_come_that_a_test_types_is_found() -> None:
    assert days_to_come('{"review_on": "01/02/2031", "made_on": "3-12-2027"}') == ["01/02/2031", "3/12/2027"]
    assert days_to_come('"12/03/1990", "31/02/2031", "2031-02-01", "31/12/2026"') == []
