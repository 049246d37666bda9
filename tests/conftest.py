"""Tests isolate the way the product does: each opens its own basin and tenants, as the application role."""

import hashlib
import os
import traceback
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest
from flask import got_request_exception
from hypothesis import settings
from playwright.sync_api import Browser
from sqlalchemy import Engine, create_engine, make_url, text

from clais.database import embedded, open_engine
from clais.database.roles import close_to_others
from clais.database.upgrade import upgrade
from clais.encryption import Keyring
from clais.limits import Limits
from clais.web.routing import Application
from config.app import create_app
from config.serving import collect_seldom
from config.settings import Settings
from tests.support import passwords
from tests.support.chromium import launched
from tests.support.federation import Federation
from tests.support.given import GIVEN, prepare
from tests.support.keys import keyring_file
from tests.support.order import pytest_collection_modifyitems, pytest_xdist_make_scheduler
from tests.support.times import pytest_addoption, pytest_terminal_summary

__all__ = [
    "pytest_addoption",
    "pytest_collection_modifyitems",
    "pytest_terminal_summary",
    "pytest_xdist_make_scheduler",
]

# A slow machine is no fault of the code. What CI says of a commit it says again; elsewhere examples are drawn anew.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

ROOT = Path(__file__).parents[1]
TEMPLATE = "clais_template"


def pytest_collection_finish() -> None:
    """Leave out of every look for unused cycles what thousands of tests are made of, as the server does."""
    collect_seldom()


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hundreds of accounts sign in: their hashes cost next to nothing, in the processes of tests alone."""
    with pytest.MonkeyPatch.context() as patch:
        passwords.use(patch, passwords.CHEAP)
        yield


@pytest.fixture(scope="session")
def server() -> str:
    """The superuser URL of the tests' own server, started once and left running between runs."""
    given = os.environ.get("CLAIS_TEST_SUPERUSER_URL") or GIVEN
    return given or embedded.start(ROOT / "var" / "test-postgres", throw_away=True)


def _superuser(server: str, database: str) -> Engine:
    url = make_url(server).set(drivername="postgresql+psycopg", database=database)
    return create_engine(url, isolation_level="AUTOCOMMIT")


def _fingerprint() -> str:
    """Changes when a migration or what it calls changes: then the template is made anew."""
    files = sorted((ROOT / "migrations").rglob("*.py")) + sorted((ROOT / "platform/clais/database").glob("*.py"))
    return "-".join(str(hash_of(path)) for path in files)[:4000]


def hash_of(path: Path) -> str:
    """A short digest of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


@pytest.fixture(scope="session")
def owner_url(server: str, worker_id: str) -> Iterator[str]:
    """The superuser URL of this worker's own clone of the migrated template, or of the database that is given."""
    if GIVEN:
        prepare(GIVEN)
        yield GIVEN
        return
    engine = _superuser(server, "postgres")
    name = f"clais_test_{os.getpid()}_{worker_id}"
    with engine.connect() as connection:
        # One worker migrates; the others wait, then clone.
        connection.execute(text("SELECT pg_advisory_lock(726173)"))
        comment = connection.execute(
            text("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = :name"),
            {"name": TEMPLATE},
        ).scalar()
        wanted = _fingerprint()
        if comment != wanted:
            connection.execute(text(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)"))
            connection.execute(text(f"CREATE DATABASE {TEMPLATE}"))
            upgrade(make_url(server).set(database=TEMPLATE).render_as_string(hide_password=False))
            connection.execute(text(f"COMMENT ON DATABASE {TEMPLATE} IS '{wanted}'"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"))
        close_to_others(connection, name)
        connection.execute(text("SELECT pg_advisory_unlock(726173)"))
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(scope="session")
def application_url(owner_url: str) -> str:
    """The URL of the application role on this worker's database."""
    return make_url(owner_url).set(username="clais_app", password=None).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def engine(application_url: str) -> Iterator[Engine]:
    """The pool of the application role, shared by application and tests."""
    opened = open_engine(application_url)
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def superuser(owner_url: str) -> Iterator[Engine]:
    """The database's superuser: to plant faults and to look at what no role may see."""
    opened = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"))
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring.from_file(keyring_file())


@pytest.fixture(scope="session")
def app(
    engine: Engine, application_url: str, keyring: Keyring, tmp_path_factory: pytest.TempPathFactory
) -> Application:
    """The real application over the tests' database."""
    directory = tmp_path_factory.mktemp("var")
    # One member walks through more pages than in an hour of work.
    unlimited = {f"CLAIS_{field.name.upper()}_AN_HOUR": "1000000" for field in fields(Limits)}
    installation = Settings.from_environment({"CLAIS_DIRECTORY": str(directory), "CLAIS_DEMO": "yes", **unlimited})
    created = create_app(installation, application_url, engine=engine, keyring=keyring)
    got_request_exception.connect(_show, created)
    return created


def _show(_sender: object, exception: BaseException, **_extra: object) -> None:
    """Print what a 500 page rightly hides, next to the test that met it."""
    traceback.print_exception(exception)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser a worker: the driver allows a process no second one beside it."""
    with launched() as browser:
        yield browser


@pytest.fixture
def federation(app: Application, engine: Engine) -> Federation:
    """A basin of one's own: a support centre, two platforms, and people in every role."""
    return Federation(app, engine)


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    """The name of this xdist worker, or 'main'."""
    name: str = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return name
