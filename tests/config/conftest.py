import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from config.commands import database
from config.settings import Settings
from tests.conftest import TEMPLATE
from tests.support import registry, releases
from tests.support.given import need_copies


@pytest.fixture
def settings(application_url: str, owner_url: str, tmp_path: Path) -> Settings:
    return Settings.from_environment(
        {
            "CLAIS_DIRECTORY": str(tmp_path),
            "CLAIS_DATABASE_URL": application_url,
            "CLAIS_OWNER_DATABASE_URL": owner_url,
            "CLAIS_DEMO": "yes",
        }
    )


@pytest.fixture(scope="module")
def few_occupations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """`clais db upgrade` brings twenty of the thirteen thousand occupations."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "REFERENCE", registry.few_occupations(tmp_path_factory.mktemp("data") / "reference"))
        yield


@pytest.fixture
def new_database(server: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of an empty database of one's own."""
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    name = f"clais_command_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield settings_of(make_url(server).set(database=name).render_as_string(hide_password=False), tmp_path)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def migrated_database(server: str, owner_url: str, tmp_path: Path) -> Iterator[Settings]:  # noqa: ARG001 - makes the template.
    """The settings of a database of one's own with every table, and no row."""
    need_copies()
    with releases.new_database(server, TEMPLATE) as url:
        yield settings_of(url, tmp_path)


def settings_of(url: str, directory: Path) -> Settings:
    """The settings of an installation in `directory` on the database that the superuser meets at `url`."""
    owner = make_url(url)
    return Settings.from_environment(
        {
            "CLAIS_DIRECTORY": str(directory),
            "CLAIS_DATABASE_URL": owner.set(username="clais_app").render_as_string(hide_password=False),
            "CLAIS_OWNER_DATABASE_URL": owner.render_as_string(hide_password=False),
        }
    )
