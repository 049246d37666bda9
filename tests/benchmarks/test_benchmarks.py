"""The benchmark runs from end to end. How fast it finds the pages is not a test's to say."""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from clais.encryption import Keyring
from config.benchmarks import announcing, delays, paper, questionnaires, running, under_load
from config.benchmarks.__main__ import main
from config.benchmarks.data import FULL, LARGE, QUICK, Size
from config.benchmarks.instruments import PAGES as INSTRUMENTS
from config.benchmarks.instruments import SHEET
from config.benchmarks.measuring import Timing, interleaved
from config.benchmarks.pages import PAGES
from config.benchmarks.paper import LONGEST, PAPER
from config.benchmarks.questionnaires import PAGES as QUESTIONNAIRES
from config.benchmarks.report import A_SECOND, Promise, Row, table
from config.demo import large_federation
from tests.support.registry import few_occupations


@pytest.fixture(scope="module")
def directory(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the runs keep keys and figures: the large one is compared with the federation that the small one left."""
    made = tmp_path_factory.mktemp("bench")
    yield made
    keyring = Keyring.from_file(made / "bench-keyring.json")
    mark = hashlib.sha256(keyring.lookup_key).hexdigest()[:6]
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        names = connection.execute(
            text("SELECT datname FROM pg_database WHERE datname LIKE :mark"), {"mark": f"bench%{mark}%"}
        ).scalars()
        for name in list(names):
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Fewer occupations, messages and connections, and a shorter look at an idle worker, than figures need that are
    compared.
    """
    monkeypatch.setattr(large_federation, "REFERENCE", few_occupations(tmp_path / "reference"))
    monkeypatch.setattr(announcing, "MESSAGES", 100)
    for name in ("FILLINGS", "PLATFORMS", "INSTRUMENTS"):
        monkeypatch.setattr(questionnaires, name, 3)
    monkeypatch.setattr(paper, "NOTES", 10)
    monkeypatch.setattr(delays, "IDLE_SECONDS", 1)
    # Each has three answers before the measure begins.
    monkeypatch.setattr(under_load, "CONNECTIONS", 16)


def test_a_small_run_measures_every_page_and_writes_what_it_found(
    directory: Path, server: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["--quick"], {"CLAIS_DIRECTORY": str(directory), "CLAIS_BENCH_SUPERUSER_URL": server})
    found = json.loads((directory / "benchmarks.json").read_text())
    by_name = {row["name"]: row for row in found["rows"]}
    for page in (*PAGES, *INSTRUMENTS, *QUESTIONNAIRES):
        assert by_name[page.name]["promise"] == {"bound": page.limit, "at_least": False}
        assert by_name[page.name]["statements"] > 0
    for name in ("list", "search", "file", "my_day", "intake"):
        assert bound(by_name[f"tenants.{name}"]) == bound(by_name[f"people.{name}"]) == 1.3
    assert bound(by_name["tenants.inbox"]) == 1.3
    for name in ("list", "search", "inbox"):
        assert bound(by_name[f"rows.{name}"]) == 1.05
    for name, least in (("list", 350), ("file", 200)):
        assert by_name[f"load.{name}"]["promise"] == {"bound": least, "at_least": True}
        assert by_name[f"load.{name}"]["errors"] == 0
        assert by_name[f"load.{name}"]["figure"] > 1
        assert bound(by_name[f"load.{name}.tail"]) == 4
    assert bound(by_name["memory"]) == 120
    assert 20 < by_name["memory"]["figure"] < 1000
    assert bound(by_name["first_visit"]) == 150
    assert by_name["first_visit"]["figure"] > 50
    assert bound(by_name[SHEET]) == 10_000
    assert by_name[SHEET]["figure"] > 10
    assert by_name["opening"]["kept"] is None
    assert bound(by_name[PAPER]) == LONGEST * 1000
    assert by_name[PAPER]["figure"] > 100
    assert re.search(r", [1-9]\d* pages$", by_name[PAPER]["label"])
    printed = capsys.readouterr().out
    assert all(page.label in printed for page in PAGES)


def test_a_large_run_compares_the_same_pages_with_a_hundredth_of_the_tenants_and_says_time_and_size(
    directory: Path, server: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert LARGE.hundredth == FULL
    assert Size(6, 400, 150).hundredth == QUICK
    # The small run has shown that these lines come.
    for part in ("under_load", "_delays"):
        monkeypatch.setattr(running, part, lambda *_given: [])
    arguments = ["--large", "--quick", "--tenants", "6", "--people", "400", "--largest", "150"]
    main(arguments, {"CLAIS_DIRECTORY": str(directory), "CLAIS_BENCH_SUPERUSER_URL": server})
    found = json.loads((directory / "benchmarks-large.json").read_text())
    by_name = {row["name"]: row for row in found["rows"]}
    for page in PAGES:
        assert bound(by_name[f"tenants.{page.name}"]) == 1.1
        assert by_name[f"tenants.{page.name}"]["time"] == by_name[page.name]["time"]
        assert by_name[f"tenants.{page.name}"]["label"].endswith("3 → 6 plates-formes")
    said = capsys.readouterr()
    assert re.search(
        r"^6 plates-formes, 400 personnes, 150 dans la première : \d+\.\d Go, prêts en \d+ s$", said.out, re.MULTILINE
    )
    assert "Plates-formes : 7 sur 7 ouvertes" in said.err
    assert "Dossiers : 400 sur 400 pers." in said.err


def test_a_size_of_ones_own_is_for_a_large_run(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        main(["--tenants", "5"], {"CLAIS_DIRECTORY": str(tmp_path)})


def bound(row: dict[str, Any]) -> float:
    found: float = row["promise"]["bound"]
    return found


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
    kept, broken = (Row("a", "Page", timing, ratio, promise=Promise(10)) for ratio in (9.9, 10.1))
    assert (kept.is_kept, broken.is_kept, Row("c", "Sans", timing).is_kept) == (True, False, None)
    lines = table([kept, broken]).splitlines()
    assert lines[-2].endswith("  tenu")
    assert lines[-1].endswith("PAS TENU")


def test_a_promise_of_at_least_so_much_is_broken_by_less_and_by_one_error() -> None:
    least = Promise(350, at_least=True)
    good, slow = (Row("a", "Débit", None, figure, A_SECOND, least) for figure in (350.0, 349.0))
    failing = Row("c", "Débit", None, 400.0, A_SECOND, least, errors=1)
    assert (good.is_kept, slow.is_kept, failing.is_kept) == (True, False, False)
    lines = table([good, slow, failing]).splitlines()
    assert "350 /s" in lines[-3]
    assert "≥ 350" in lines[-3]
    assert lines[-1].endswith("PAS TENU (erreurs : 1)")


def test_a_time_is_held_to_its_upper_quartile() -> None:
    timing = Timing(1.0, 2.0, 9.0)
    assert [Row.in_time("a", "Délai", timing, most).is_kept for most in (9, 8)] == [True, False]
