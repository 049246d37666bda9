"""The benchmark runs from end to end. How fast it finds the pages is not a test's to say."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from clais.encryption import Keyring
from config.benchmarks.__main__ import main
from config.benchmarks.measuring import Timing, interleaved
from config.benchmarks.pages import PAGES
from config.benchmarks.report import Row, table


@pytest.fixture
def directory(server: str, tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    keyring = Keyring.from_file(tmp_path / "bench-keyring.json")
    mark = hashlib.sha256(keyring.lookup_key).hexdigest()[:6]
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT datname FROM pg_database WHERE datname LIKE :mark"), {"mark": f"bench%{mark}%"}
        ).scalars()
        for name in list(names):
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


def test_a_small_run_measures_every_page_and_writes_what_it_found(
    directory: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--quick"], {"CLAIS_DIRECTORY": str(directory), "CLAIS_BENCH_SUPERUSER_URL": server})
    found = json.loads((directory / "benchmarks.json").read_text())
    by_name = {row["name"]: row for row in found["rows"]}
    for page in PAGES:
        assert by_name[page.name]["limit"] == page.limit
        assert by_name[page.name]["statements"] > 0
    for name in ("list", "search", "file", "intake"):
        assert by_name[f"tenants.{name}"]["limit"] == by_name[f"people.{name}"]["limit"] == 1.3
    assert by_name["tenants.inbox"]["limit"] == 1.3
    for name in ("list", "search", "inbox"):
        assert by_name[f"rows.{name}"]["limit"] == 1.05
    assert by_name["opening"]["kept"] is None
    printed = capsys.readouterr().out
    assert all(page.label in printed for page in PAGES)


def test_calls_are_interleaved_each_once_a_round_whatever_the_order() -> None:
    seen: list[str] = []
    calls = {name: lambda name=name: seen.append(name) for name in "abc"}
    times = interleaved(calls, 20, progress=False)
    timed = seen[15:]
    assert {tuple(sorted(timed[start : start + 3])) for start in range(0, 60, 3)} == {("a", "b", "c")}
    assert len({tuple(timed[start : start + 3]) for start in range(0, 60, 3)}) > 1
    assert set(times) == {"a", "b", "c"}


def test_a_promise_that_is_broken_is_said_in_the_table() -> None:
    timing = Timing.of([0.001, 0.002, 0.003])
    assert timing == Timing(1.5, 2.0, 2.5)
    kept, broken = Row("a", "Tenue", timing, 9.9, 10), Row("b", "Rompue", timing, 10.1, 10)
    assert (kept.is_kept, broken.is_kept, Row("c", "Sans", timing).is_kept) == (True, False, None)
    lines = table([kept, broken]).splitlines()
    assert lines[-2].endswith("  tenu")
    assert lines[-1].endswith("PAS TENU")
