"""One run: everything is timed in the same process and in the same rounds."""

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import NoResultFound

from clais.database import open_engine
from clais.database.driver import DRIVER
from clais.database.scope import install_scope
from clais.web.routing import Application
from config.app import create_app
from config.benchmarks.announcing import MESSAGES, Announcing
from config.benchmarks.browser import Browser, Call, bare_view, counted
from config.benchmarks.caseload import PAGES as CASELOAD
from config.benchmarks.caseload import Acts, a_coordinator, caseload_calls
from config.benchmarks.data import TAG, Databases
from config.benchmarks.delays import MAIL, NEWS, WITHDRAWAL, House
from config.benchmarks.eligibility import CHOOSE, MOST_CHOOSING, MOST_SPOTTING, SPOT, choosing, spotting_times
from config.benchmarks.instruments import LONGEST, OF_A_SHEET, SHEET, author_calls, sheets_read
from config.benchmarks.instruments import PAGES as INSTRUMENTS
from config.benchmarks.measuring import Timing, interleaved
from config.benchmarks.opening import Opening
from config.benchmarks.pages import (
    PAGES,
    centre_calls,
    in_session,
    platform_calls,
    queries_of,
)
from config.benchmarks.paper import printed
from config.benchmarks.presence import MOST_IN_A_ROOM, PEOPLE, ROOM, room
from config.benchmarks.questionnaires import PAGES as QUESTIONNAIRES
from config.benchmarks.questionnaires import answer_calls
from config.benchmarks.report import Promise, Row, spaced
from config.benchmarks.serving import UNLIMITED
from config.benchmarks.under_load import under_load
from config.settings import Settings

GROWTH, GROWTH_FROM_MANY, ROW_SECURITY = 1.3, 1.1, 1.05
"""How many times as long a page may take with more tenants or people; where there were many already; under policies."""
ANNOUNCEMENT = 40
"""How many bare views the worker may spend on telling nothing new, every fifteen seconds."""
BASELINE, OPENING, ANNOUNCING = "baseline", "opening", "announcing"
IDLE, MOST_IDLE = "idle", 20
"""The milliseconds of CPU time that an idle worker may use in a second: 2 % of a core."""
MOST_DELAYS, MOST_SHEETS, MOST_ACTS = 8, 5, 5
FIRST, OTHER = f"{TAG}-001", f"{TAG}-002"
MOST_LOOKED_AT = 20
CENTRE = f"{TAG}-centre-appui"


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often pages, and single reads, are timed, and for how many seconds the server is under load."""

    pages: int
    reads: int
    seconds: float


def run(databases: Databases, rounds: Rounds, *, progress: bool = True) -> list[Row]:
    """Measure everything and give the lines of the report."""
    with ExitStack() as pools:
        engine, smaller = databases.engine(), open_engine(databases.smaller_url)
        free = create_engine(databases.superuser_url.set(drivername=DRIVER), hide_parameters=True)
        install_scope(free)
        for pool in (engine, smaller, free):
            pools.callback(pool.dispose)
        return _run(databases, rounds, engine, smaller, free, progress=progress)


def _run(
    databases: Databases, rounds: Rounds, engine: Engine, smaller: Engine, free: Engine, *, progress: bool
) -> list[Row]:
    # One member asks for more lists and files than in an hour of work.
    variables = {
        "CLAIS_DIRECTORY": str(databases.directory / "bench"),
        "CLAIS_LISTS_AN_HOUR": UNLIMITED,
        "CLAIS_FILES_AN_HOUR": UNLIMITED,
    }
    settings = Settings.from_environment(variables)
    app = create_app(settings, "", engine=engine, keyring=databases.keyring)
    smaller_app = create_app(settings, "", engine=smaller, keyring=databases.keyring)
    large, other = Browser(app, engine, FIRST, "agent"), Browser(app, engine, OTHER, "agent")
    centre = Browser(app, engine, CENTRE, "support_officer")
    pages = platform_calls(large, engine) | centre_calls(centre)
    calls: dict[str, Call] = {BASELINE: bare_view(engine), **pages}
    calls |= {f"other.{name}": call for name, call in platform_calls(other, engine).items()}
    there = platform_calls(Browser(smaller_app, smaller, FIRST, "agent"), smaller)
    there |= centre_calls(Browser(smaller_app, smaller, CENTRE, "support_officer"))
    calls |= {f"smaller.{name}": call for name, call in there.items()}
    coordinator = a_coordinator(app, engine, large)
    authored = author_calls(app, engine, CENTRE) | answer_calls(app, engine, free, large)
    authored |= caseload_calls(engine, large, coordinator)
    calls |= authored
    calls[OPENING] = Opening(engine)
    calls[ANNOUNCING] = _announcing(app, engine, databases.size.tenants)
    times = interleaved(calls, rounds.pages, progress=progress)
    base, rows = times[BASELINE].median, [Row(BASELINE, "Vue nue, SELECT 1", times[BASELINE])]
    rows += [
        Row(
            page.name, page.label, times[page.name], times[page.name].median / base, promise=Promise(page.limit),
            statements=_statements(engine, pages[page.name]),
        )
        for page in PAGES
    ]  # fmt: skip
    rows += [
        Row(
            page.name, page.label, times[page.name], times[page.name].median / base, promise=Promise(page.limit),
            statements=_statements(engine, authored[page.name]),
        )
        for page in (*CASELOAD, *INSTRUMENTS, *QUESTIONNAIRES)
    ]  # fmt: skip
    rows += _growth(databases, times)
    rows += _row_security(engine, free, large, centre, rounds, progress=progress)
    told, label = times[ANNOUNCING], f"Annoncer les nouvelles, {MESSAGES} messages"
    rows.append(
        Row(
            ANNOUNCING, label, told, told.median / base, promise=Promise(ANNOUNCEMENT),
            statements=_statements(engine, calls[ANNOUNCING]),
        )
    )  # fmt: skip
    read = Timing.of(sheets_read(app, engine, CENTRE, max(2, min(rounds.pages, MOST_SHEETS))))
    sheet = Row.in_time(SHEET, f"XLSForm de {spaced(OF_A_SHEET)} questions", read, LONGEST * 1000)
    rows += [sheet, _presence(engine, free, centre, rounds)]
    acts, times_of_acts = Acts(app, engine, coordinator), max(2, min(rounds.pages, MOST_ACTS))
    opening = Row(OPENING, "Ouvrir une plate-forme", times[OPENING])
    rows += [*acts.rows(times_of_acts), *printed(acts, times_of_acts), opening]
    rows += under_load(databases, app, engine, rounds.seconds)
    rows += _delays(House(app, engine, databases.url, large, centre), rounds)
    return rows + _eligibility(engine, large, centre, rounds, progress=progress)


def _presence(engine: Engine, free: Engine, centre: Browser, rounds: Rounds) -> Row:
    """What the list of presences of a large session costs: after the pages that show sessions, as it fills one."""
    call = room(engine, free, centre)
    times = interleaved({BASELINE: bare_view(engine), ROOM: call}, rounds.pages, progress=False)
    return Row(
        ROOM, f"Présences d'une session de {PEOPLE} participants", times[ROOM],
        times[ROOM].median / times[BASELINE].median, promise=Promise(MOST_IN_A_ROOM),
        statements=_statements(engine, call),
    )  # fmt: skip


def _eligibility(engine: Engine, large: Browser, centre: Browser, rounds: Rounds, *, progress: bool) -> list[Row]:
    """What conditions cost: after all else, workers included, as it publishes two thousand sessions."""
    spot = Timing.of(spotting_times(engine, large, max(2, min(rounds.pages, MOST_ACTS))))
    call = choosing(engine, centre, large)
    times = interleaved({BASELINE: bare_view(engine), CHOOSE: call}, rounds.pages, progress=progress)
    return [
        Row(
            CHOOSE, "Orienter quelqu'un, 2 000 sessions ouvertes", times[CHOOSE],
            times[CHOOSE].median / times[BASELINE].median, promise=Promise(MOST_CHOOSING),
            statements=_statements(engine, call),
        ),
        Row.in_time(SPOT, "Repérer qui convient à une session", spot, MOST_SPOTTING),
    ]  # fmt: skip


def _announcing(app: Application, engine: Engine, tenants: int) -> Announcing:
    """For a platform whose pages are not measured beside it, unless none of those has a referral."""
    for number in range(3, min(tenants, MOST_LOOKED_AT) + 1):
        with suppress(NoResultFound):
            return Announcing(app, engine, f"{TAG}-{number:03d}")
    return Announcing(app, engine, FIRST)


def _growth(databases: Databases, times: Mapping[str, Timing]) -> list[Row]:
    """How much longer pages take with more tenants, and with more people."""
    size, smaller, rows = databases.size, databases.smaller, []
    most = Promise(GROWTH_FROM_MANY if databases.first_is_compared else GROWTH)
    for page in PAGES:
        first, other = times[page.name], times.get(f"other.{page.name}")
        # Only the centre has an inbox: that of many platforms is compared with that of few.
        here = first if databases.first_is_compared or other is None else other
        grown = here.median / times[f"smaller.{page.name}"].median
        tenants = f"{page.label}, {spaced(smaller.tenants)} → {spaced(size.tenants)} plates-formes"
        rows.append(Row(f"tenants.{page.name}", tenants, here, grown, promise=most))
        if other is not None:
            grown = first.median / other.median
            people = f"{page.label}, {spaced(size.others)} → {spaced(size.largest)} personnes"
            rows.append(Row(f"people.{page.name}", people, first, grown, promise=Promise(GROWTH)))
    return rows


def _delays(house: House, rounds: Rounds) -> list[Row]:
    """How long after an act the worker has done the rest, and what it costs while nothing is due."""
    times = max(2, min(rounds.pages, MOST_DELAYS))
    with house.at_work():
        rows = [
            Row.in_time(delay.name, delay.label, Timing.of(house.delays(act, times)), delay.most * 1000)
            for delay, act in ((MAIL, house.mail), (NEWS, house.news), (WITHDRAWAL, house.withdrawal))
        ]
        idle = house.idle_share()
    of_a_second = Timing.of([idle])
    return [*rows, Row.in_time(IDLE, "Travail régulier sans rien à faire, par seconde", of_a_second, MOST_IDLE)]


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
            times[f"rows.{name}"].median / times[f"free.{name}"].median, promise=Promise(ROW_SECURITY),
        )
        for name in reads
    ]  # fmt: skip
