import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from config.settings import Settings


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


@pytest.fixture
def new_database(server: str, tmp_path: Path) -> Iterator[Settings]:
    """The settings of an empty database of one's own."""
    engine = create_engine(make_url(server).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    name = f"clais_command_{secrets.token_hex(4)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    owner = make_url(server).set(database=name)
    yield Settings.from_environment(
        {
            "CLAIS_DIRECTORY": str(tmp_path),
            "CLAIS_DATABASE_URL": owner.set(username="clais_app").render_as_string(hide_password=False),
            "CLAIS_OWNER_DATABASE_URL": owner.render_as_string(hide_password=False),
        }
    )
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()
