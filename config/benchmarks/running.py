"""One run: everything is timed in the same process and in the same rounds."""

from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine

from clais.database import open_engine
from clais.database.driver import DRIVER
from clais.database.scope import install_scope
from config.app import create_app
from config.benchmarks.announcing import MESSAGES, Announcing
from config.benchmarks.browser import Browser, Call, bare_view, counted
from config.benchmarks.data import QUICK, TAG, Databases
from config.benchmarks.delays import MAIL, NEWS, WITHDRAWAL, House
from config.benchmarks.measuring import Timing, interleaved
from config.benchmarks.opening import Opening
from config.benchmarks.pages import (
    INBOX,
    PAGES,
    centre_calls,
    in_session,
    platform_calls,
    queries_of,
)
from config.benchmarks.report import Row
from config.settings import Settings

GROWTH, ROW_SECURITY = 1.3, 1.05
ANNOUNCEMENT = 40
"""How many bare views the worker may spend on telling nothing new, every fifteen seconds."""
BASELINE, OPENING, ANNOUNCING = "baseline", "opening", "announcing"
IDLE, MOST_IDLE = "idle", 20
"""The milliseconds of CPU time that an idle worker may use in a second: 2 % of a core."""
MOST_DELAYS = 8
LARGE, OTHER, THIRD, ALONE = f"{TAG}-001", f"{TAG}-002", f"{TAG}-003", f"{TAG}-001"
CENTRE = f"{TAG}-centre-appui"


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often pages, and single reads, are timed."""

    pages: int
    reads: int


def run(databases: Databases, rounds: Rounds, *, progress: bool = True) -> list[Row]:
    """Measure everything and give the lines of the report."""
    with ExitStack() as pools:
        engine, alone = databases.engine(), open_engine(databases.alone_url)
        free = create_engine(databases.superuser_url.set(drivername=DRIVER), hide_parameters=True)
        install_scope(free)
        for pool in (engine, alone, free):
            pools.callback(pool.dispose)
        return _run(databases, rounds, engine, alone, free, progress=progress)


def _run(
    databases: Databases, rounds: Rounds, engine: Engine, alone_engine: Engine, free: Engine, *, progress: bool
) -> list[Row]:
    # One member asks for more lists than in an hour of work.
    variables = {"CLAIS_DIRECTORY": str(databases.directory / "bench"), "CLAIS_LISTS_AN_HOUR": "1000000"}
    settings = Settings.from_environment(variables)
    app = create_app(settings, "", engine=engine, keyring=databases.keyring)
    alone_app = create_app(settings, "", engine=alone_engine, keyring=databases.keyring)
    large, other = Browser(app, engine, LARGE, "agent"), Browser(app, engine, OTHER, "agent")
    centre = Browser(app, engine, CENTRE, "support_officer")
    alone = Browser(alone_app, alone_engine, ALONE, "agent")
    pages = platform_calls(large, engine) | centre_calls(centre)
    calls: dict[str, Call] = {BASELINE: bare_view(engine), **pages}
    calls |= {f"other.{name}": call for name, call in platform_calls(other, engine).items()}
    calls |= {f"alone.{name}": call for name, call in platform_calls(alone, alone_engine).items()}
    # Only the centre has an inbox: that of many platforms is compared with that of one.
    calls[f"alone.{INBOX}"] = centre_calls(Browser(alone_app, alone_engine, CENTRE, "support_officer"))[INBOX]
    calls[OPENING] = Opening(engine)
    # Not a platform whose pages are measured beside it, but where there are too few people for a third.
    calls[ANNOUNCING] = Announcing(app, engine, THIRD if databases.size.tenants > QUICK.tenants else LARGE)
    times = interleaved(calls, rounds.pages, progress=progress)
    base = times[BASELINE].median
    rows = [Row(BASELINE, "Vue nue, SELECT 1", times[BASELINE])]
    for page in PAGES:
        ratio = times[page.name].median / base
        rows.append(
            Row(page.name, page.label, times[page.name], ratio, page.limit, _statements(engine, pages[page.name]))
        )
    size = databases.size
    for page in PAGES:
        here = times.get(f"other.{page.name}", times[page.name])
        many = f"{page.label}, 1 → {size.tenants} plates-formes"
        ratio = here.median / times[f"alone.{page.name}"].median
        rows.append(Row(f"tenants.{page.name}", many, here, ratio, GROWTH))
        if here is not times[page.name]:
            grown = f"{page.label}, {size.others} → {size.largest} personnes"
            ratio = times[page.name].median / here.median
            rows.append(Row(f"people.{page.name}", grown, times[page.name], ratio, GROWTH))
    rows += _row_security(engine, free, large, centre, rounds, progress=progress)
    told, label = times[ANNOUNCING], f"Annoncer les nouvelles, {MESSAGES} messages"
    rows.append(Row(ANNOUNCING, label, told, told.median / base, ANNOUNCEMENT, _statements(engine, calls[ANNOUNCING])))
    rows.append(Row(OPENING, "Ouvrir une plate-forme", times[OPENING]))
    return rows + _delays(House(app, engine, databases.url, large, centre), rounds)


def _delays(house: House, rounds: Rounds) -> list[Row]:
    """How long after an act the worker has done the rest, and what it costs while nothing is due."""
    times = max(2, min(rounds.pages, MOST_DELAYS))
    with house.at_work():
        rows = [
            Row(delay.name, delay.label, Timing.of(house.delays(act, times)), most=delay.most * 1000)
            for delay, act in ((MAIL, house.mail), (NEWS, house.news), (WITHDRAWAL, house.withdrawal))
        ]
        idle = house.idle_share()
    of_a_second = Timing.of([idle])
    return [*rows, Row(IDLE, "Travail régulier sans rien à faire, par seconde", of_a_second, most=MOST_IDLE)]


def _statements(engine: Engine, call: Call) -> int:
    with counted(engine) as statements:
        call()
    return len(statements)


def _row_security(
    engine: Engine, free: Engine, large: Browser, centre: Browser, rounds: Rounds, *, progress: bool
) -> list[Row]:
    """The same reads under row security, and as a superuser, who bypasses it."""
    calls: dict[str, Call] = {}
    reads = queries_of(large, centre)
    for name, (browser, read) in reads.items():
        calls[f"rows.{name}"] = in_session(engine, browser, read)
        calls[f"free.{name}"] = in_session(free, browser, read)
    times = interleaved(calls, rounds.reads, progress=progress)
    labels = {page.name: page.label for page in PAGES}
    return [
        Row(
            f"rows.{name}", f"{labels[name]}, sécurité des lignes", times[f"rows.{name}"],
            times[f"rows.{name}"].median / times[f"free.{name}"].median, ROW_SECURITY,
        )
        for name in reads
    ]  # fmt: skip
