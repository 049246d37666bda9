"""Databases of their own: the demo's slugs and addresses exist once, and other tests count on an empty registry."""

import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from clais.clock import today
from clais.database import Scope, open_engine, unit_of_work
from clais.database.roles import close_to_others
from clais.encryption import Keyring
from clais.registry.loading import load_reference_data
from config.demo import Account, seed
from config.demo.accounts import posts
from config.demo.engine.desk import Desk
from config.demo.federation import Plan, build, user_key
from config.settings import REFERENCE
from tests.conftest import ROOT, TEMPLATE, hash_of
from tests.support.given import need_copies

FURNISHED = "clais_template_furnished"
"""A copy of the template that knows municipalities, postal codes and occupations: loading them takes seconds."""


def _fingerprint() -> str:
    """Changes when a migration changes, the open data, or how they are loaded."""
    files = [*(ROOT / "migrations").rglob("*.py"), *(ROOT / "platform/clais/database").glob("*.py")]
    files += [*(ROOT / "platform/clais/registry").rglob("*.py"), *(ROOT / "platform/clais").glob("*.py")]
    files += [path for path in REFERENCE.rglob("*") if path.is_file()]
    return hashlib.sha256("".join(hash_of(path) for path in sorted(files)).encode()).hexdigest()


def _furnish(maintenance: Engine, url: URL) -> None:
    """Make the furnished template unless it stands; one worker does, the others wait."""
    with maintenance.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(726173)"))
        found = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :name"
        if connection.execute(text(found), {"name": FURNISHED}).scalar() != _fingerprint():
            connection.execute(text(f"DROP DATABASE IF EXISTS {FURNISHED} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {FURNISHED} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"))
            close_to_others(connection, FURNISHED)
            engine = open_engine(url.set(database=FURNISHED, username="clais_app", password=None))
            with unit_of_work(engine, Scope(administers=True)) as session:
                load_reference_data(session, REFERENCE)
            engine.dispose()
            connection.execute(text(f"COMMENT ON DATABASE {FURNISHED} IS '{_fingerprint()}'"))
        connection.execute(text("SELECT pg_advisory_unlock(726173)"))


@pytest.fixture(scope="session")
def new_database(owner_url: str, worker_id: str) -> Iterator[Callable[[], Engine]]:
    """Makes migrated databases with the open data and nothing else; gives the application role's pool on each."""
    need_copies()
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    maintenance = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    _furnish(maintenance, url)
    made: dict[str, Engine] = {}

    def make() -> Engine:
        name = f"clais_demo_{os.getpid()}_{worker_id}_{secrets.token_hex(3)}"
        with maintenance.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(726173)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {FURNISHED} STRATEGY FILE_COPY"))
            close_to_others(connection, name)
            connection.execute(text("SELECT pg_advisory_unlock(726173)"))
        made[name] = open_engine(url.set(database=name, username="clais_app", password=None))
        return made[name]

    yield make
    for name, engine in made.items():
        engine.dispose()
        with maintenance.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    maintenance.dispose()


@pytest.fixture(scope="session")
def demo_engine(new_database: Callable[[], Engine]) -> Engine:
    return new_database()


@pytest.fixture(scope="session")
def demo(demo_engine: Engine, keyring: Keyring) -> list[Account]:
    """The demo in a database, as of today: a consent of long ago would be over, and nobody could answer it."""
    return seed(demo_engine, keyring, people=300, progress=False)


@pytest.fixture(scope="session")
def plan() -> Plan:
    """A demo as of a day that stays the same."""
    return Plan(8, 600, 1998, date(2026, 11, 23))


@pytest.fixture(scope="session")
def users(plan: Plan) -> dict[str, tuple[UUID, str]]:
    """The key of each account, as the plan alone gives it."""
    return {post.email: (user_key(plan, post.email), "-") for post in posts(plan.slugs)}


@pytest.fixture(scope="session")
def desks(plan: Plan, keyring: Keyring, users: dict[str, tuple[UUID, str]]) -> list[Desk]:
    """Every tenant's rows in memory."""
    return build(plan, keyring, users)


@pytest.fixture(scope="session")
def desks_of_today(demo: list[Account], keyring: Keyring) -> list[Desk]:
    """The rows in memory that `demo` wrote to the database."""
    assert demo
    plan = Plan(8, 300, 1998, today())
    return build(plan, keyring, {post.email: (user_key(plan, post.email), "-") for post in posts(plan.slugs)})
