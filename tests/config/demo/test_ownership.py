"""The demo has accounts whose password everyone knows: it enters no database that serves for something else."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, make_url, select

from clais.database import Scope, unit_of_work
from clais.encryption import Keyring
from clais.identity.queries import account_by_email
from clais.identity.secrets import email_hash
from clais.registry.actions import create_basin, open_tenant
from clais.registry.models import Tenant
from config.demo import Account, seed_many, tenants_of_others
from config.demo.accounts import ADMINISTRATOR
from config.demo.engine.places import BASIN_NAME
from config.settings import Settings
from tests.support.commands import run


def settings_of(engine: Engine, owner_url: str, directory: Path, **environment: str) -> Settings:
    """The settings of one of the databases made here."""
    owner = make_url(owner_url).set(database=engine.url.database)
    return Settings.from_environment(
        {
            "CLAIS_DIRECTORY": str(directory),
            "CLAIS_DATABASE_URL": engine.url.set(drivername="postgresql").render_as_string(hide_password=False),
            "CLAIS_OWNER_DATABASE_URL": owner.render_as_string(hide_password=False),
            **environment,
        }
    )


def open_farciennes(engine: Engine) -> None:
    """A real platform, called like one of the demo's in every way."""
    with unit_of_work(engine, Scope(administers=True)) as session:
        basin = create_basin(session, BASIN_NAME)
        open_tenant(session, basin, kind="local_platform", name="Farciennes", slug="farciennes", code="FAR")


def written(engine: Engine) -> tuple[int, bool]:
    """How many tenants there are, and whether the administrator of the demo has come."""
    hashed = email_hash(ADMINISTRATOR[1])
    with unit_of_work(engine, Scope(email_hash=hashed)) as session:
        count = session.scalar(select(func.count()).select_from(Tenant)) or 0
        return count, account_by_email(session, hashed) is not None


def test_a_database_that_serves_gets_no_account_with_a_known_password(
    new_database: Callable[[], Engine], owner_url: str, tmp_path: Path
) -> None:
    engine = new_database()
    open_farciennes(engine)
    settings = settings_of(engine, owner_url, tmp_path, CLAIS_DEMO="yes")
    refused = run(settings, "demo", "--no-serve", "--tenants", "1", "--candidates", "1")
    assert (refused.exit_code, "sert déjà : Farciennes" in refused.output) == (1, True)
    assert written(engine) == (1, False)


def test_a_database_of_one_s_own_is_filled_on_request_only(
    new_database: Callable[[], Engine], owner_url: str, tmp_path: Path
) -> None:
    engine = new_database()
    refused = run(settings_of(engine, owner_url, tmp_path), "demo", "--no-serve")
    assert (refused.exit_code, "CLAIS_DEMO=yes" in refused.output) == (1, True)
    assert written(engine) == (0, False)
    asked = settings_of(engine, owner_url, tmp_path, CLAIS_DEMO="yes")
    assert run(asked, "demo", "--no-serve", "--tenants", "1", "--candidates", "3").exit_code == 0
    assert written(engine) == (2, True)
    opening = ("Gerpinnes", "--basin", "Bassin", "--slug", "gerpinnes", "--code", "GER")
    assert run(asked, "tenant", "open", *opening).exit_code == 0
    again = run(asked, "demo", "--no-serve", "--tenants", "1", "--candidates", "3")
    assert again.exit_code == 0, "what was opened beside the example does not keep it from starting"


def test_what_the_demo_opened_is_no_stranger(demo_engine: Engine, demo: list[Account]) -> None:
    assert demo
    assert tenants_of_others(demo_engine) == []


def test_a_basin_of_any_size_is_no_stranger_either(new_database: Callable[[], Engine], keyring: Keyring) -> None:
    engine = new_database()
    seed_many(engine, keyring, tenants=1, candidates=1, progress=False)
    assert tenants_of_others(engine) == []
    open_farciennes(engine)
    assert tenants_of_others(engine) == ["Farciennes"]


@pytest.mark.parametrize("name", ["Bassin de Charleroi", "Bassin essai", "x"])
def test_a_name_is_not_enough_to_be_the_demo_s(new_database: Callable[[], Engine], name: str) -> None:
    engine = new_database()
    with unit_of_work(engine, Scope(administers=True)) as session:
        basin = create_basin(session, name)
        open_tenant(session, basin, kind="local_platform", name="Thuin", slug="thuin", code="THU")
    assert tenants_of_others(engine) == ["Thuin"]
