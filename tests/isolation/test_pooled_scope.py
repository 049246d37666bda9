"""The next transaction on a connection never has the scope of the one before, however that ended; nor under load."""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from clais.database import Scope, ScopedSession, TableKind, open_engine
from clais.web import context
from clais.web.context import SESSION_COOKIE
from config.features import tables_of_kind
from tests.isolation.canaries import CANARY, TENANT_TABLES
from tests.isolation.world import World

THREADS = 16
SESSIONS = 10_000
PAGES = 640


@pytest.fixture
def single(application_url: str) -> Iterator[Engine]:
    """A pool of one connection: whoever comes next gets the same backend."""
    engine = open_engine(application_url, pool_size=1, statement_timeout_ms=300)
    yield engine
    engine.dispose()


def commit(session: ScopedSession) -> None:
    session.execute(text("SELECT count(*) FROM person"))
    session.commit()


def roll_back(session: ScopedSession) -> None:
    session.execute(text("SELECT count(*) FROM person"))
    session.rollback()


def fail(session: ScopedSession) -> None:
    with pytest.raises(DatabaseError):
        session.execute(text("SELECT 1 / 0 FROM person"))


def time_out(session: ScopedSession) -> None:
    with pytest.raises(DatabaseError, match="statement timeout"):
        session.execute(text("SELECT pg_sleep(5)"))


def be_cancelled(session: ScopedSession) -> None:
    driver = session.connection().connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    timer = threading.Timer(0.05, driver.cancel)
    timer.start()
    with pytest.raises(DatabaseError, match="cancel"):
        session.execute(text("SELECT pg_sleep(0.25)"))
    timer.join()


def fail_in_savepoint(session: ScopedSession) -> None:
    with pytest.raises(DatabaseError), session.begin_nested():
        session.execute(text("SELECT 1 / 0"))
    session.commit()


ENDINGS = [commit, roll_back, fail, time_out, be_cancelled, fail_in_savepoint]


def left_over(engine: Engine, world: World, ending: Callable[[ScopedSession], None]) -> list[str]:
    """What the next transaction on the same backend still knows of the former's scope."""
    with ScopedSession(engine, Scope(tenant_id=world.own.tenant_id)) as session:
        backend = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
        ending(session)
    problems = []
    with engine.connect() as connection:
        if connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != backend:
            problems.append("another backend: nothing was tried")
        setting = connection.execute(text("SELECT current_setting('app.tenant_id', true)")).scalar_one()
        if setting not in {None, ""}:
            problems.append(f"the scope is {setting}")
        try:
            problems.append(f"{connection.execute(text('SELECT count(*) FROM person')).scalar_one()} rows")
        except DatabaseError:
            connection.rollback()
    return problems


@pytest.mark.parametrize("ending", ENDINGS)
def test_no_scope_is_left(ending: Callable[[ScopedSession], None], single: Engine, standing_world: World) -> None:
    assert left_over(single, standing_world, ending) == []


def test_a_scope_of_the_session_is_found(single: Engine, standing_world: World) -> None:
    """The trap: set for the session instead of the transaction, a scope survives in the pool."""

    @event.listens_for(single, "begin")
    def plant(connection: object) -> None:
        if connection.get_execution_options().get("scope") is not None:  # type: ignore[attr-defined]
            connection.exec_driver_sql(f"SET app.tenant_id = '{standing_world.own.tenant_id}'")  # type: ignore[attr-defined]

    assert left_over(single, standing_world, commit)


def storm(world: World, number: int, open_session: Callable[[Scope], Session]) -> list[str]:
    """Read random tables in random tenants from many threads: each must see its own tenant's rows and no other's."""
    seeds = [world.own, world.centre, world.foreign, world.abroad]
    names = [table.name for table in TENANT_TABLES if table.name not in tables_of_kind(TableKind.CROSSING)]
    problems: list[str] = []

    def work(number_of_thread: int) -> None:
        chance = random.Random(number_of_thread)  # noqa: S311 - a reproducible storm
        for turn in range(number // THREADS):
            seed = chance.choice(seeds)
            with open_session(Scope(tenant_id=seed.tenant_id, basin_id=seed.basin_id, user_id=seed.user_id)) as session:
                seen = session.execute(text(f"SELECT DISTINCT tenant_id FROM {chance.choice(names)}")).scalars().all()
                if seen != [seed.tenant_id]:
                    problems.append(f"{seed.tenant_id} saw {seen}")
                if turn % 3 == 0:
                    session.rollback()
                elif turn % 3 == 1:
                    session.commit()

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(THREADS)))
    return problems


@pytest.fixture(scope="module")
def crowded(application_url: str) -> Iterator[Engine]:
    """A pool smaller than the crowd, so that connections pass from tenant to tenant."""
    engine = open_engine(application_url, pool_size=8).execution_options()
    yield engine
    engine.dispose()


def test_ten_thousand_sessions_of_random_tenants_see_their_own_rows_only(
    crowded: Engine, standing_world: World
) -> None:
    assert storm(standing_world, SESSIONS, lambda scope: ScopedSession(crowded, scope)) == []


def test_a_storm_finds_a_scope_that_is_shared_between_threads(crowded: Engine, standing_world: World) -> None:
    """Planted: the scope is kept in one place for all, as a process-wide cache would."""
    shared: list[Scope] = []

    def careless(scope: Scope) -> Session:
        shared.append(scope)
        return ScopedSession(crowded, shared[-2] if len(shared) > 1 else scope)

    assert storm(standing_world, 400, careless)


def wanted_pages(world: World) -> dict[tuple[str, str], int]:
    """What each role gets of each page when nobody else asks."""
    people = [world.own.ids["person"], world.foreign.ids["person"]]
    return {
        (role, page): visitor.ask("GET", page).status_code
        for role in world.roles
        for visitor in [world.visitor(role)]
        for page in [
            "/ou-travailler",
            *(f"/{visitor.slug}/personnes{end}" for end in ("", *(f"/{key}" for key in people))),
        ]
    }


def check_pages(world: World, wanted: dict[tuple[str, str], int], number: int) -> list[str]:
    """Ask pages as many people at once: each answer is that of who asked."""
    problems: list[str] = []
    tokens = {role: [world.visitor(role).token or "" for _ in range(2)] for role in world.roles}

    def work(number_of_thread: int) -> None:
        chance = random.Random(number_of_thread)  # noqa: S311 - a reproducible storm
        for _turn in range(number // THREADS):
            (role, page), status = chance.choice(sorted(wanted.items()))
            client = world.app.test_client()
            client.set_cookie(SESSION_COOKIE, chance.choice(tokens[role]))
            answer = client.get(page)
            if CANARY in answer.get_data(as_text=True) or answer.status_code != status:
                problems.append(f"{role} {page}: {answer.status_code} instead of {status}")

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(work, range(THREADS)))
    return problems


def test_pages_asked_by_many_people_at_once_are_those_of_who_asked(standing_world: World) -> None:
    assert check_pages(standing_world, wanted_pages(standing_world), PAGES) == []


def test_a_page_kept_for_the_next_one_is_found(standing_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: who asks is remembered in the process, as a careless cache would."""
    wanted = wanted_pages(standing_world)
    kept: list[object] = []
    real = context._session_row

    def remembered(hashed: bytes) -> object:
        kept.append(real(hashed))
        return kept[0]

    monkeypatch.setattr(context, "_session_row", remembered)
    assert check_pages(standing_world, wanted, 96)
