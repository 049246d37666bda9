"""Databases of their own: the demo's slugs and addresses exist once, and other tests count on an empty registry."""

import os
import secrets
from collections.abc import Callable, Iterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from clais.clock import today
from clais.database import open_engine
from clais.database.roles import close_to_others
from clais.encryption import Keyring
from config.demo import Account, seed
from config.demo.accounts import posts
from config.demo.engine.desk import Desk
from config.demo.federation import Plan, build, user_key


@pytest.fixture(scope="session")
def new_database(owner_url: str, worker_id: str) -> Iterator[Callable[[], Engine]]:
    """Makes empty, migrated databases, and gives the application role's pool on each."""
    url = make_url(owner_url).set(drivername="postgresql+psycopg")
    maintenance = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    made: dict[str, Engine] = {}

    def make() -> Engine:
        name = f"clais_demo_{os.getpid()}_{worker_id}_{secrets.token_hex(3)}"
        with maintenance.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(726173)"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE clais_template STRATEGY FILE_COPY"))
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
