"""An installation works with the keys of its database, or not at all; the doctor says which are wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, make_url, select, text, update

from clais.audit.models import AuditSeal
from clais.database import NIL, Scope, open_engine, unit_of_work
from clais.encryption import Keyring
from clais.keyring_check.models import KeyringCheck
from config import keys as starting
from config.app import create_app
from config.diagnosis.finding import FAULT, OK, Finding
from config.diagnosis.keys import keys
from config.documents.sensitivity import SEALED, Sensitivity
from config.features import METADATA
from config.keys import CannotStart, KeysAreMissing, TablesAreMissing, WrongKeys, keyring_of, sealed_columns
from config.settings import Settings
from config.worker import make_worker
from tenants.people.models import Person
from tests.support.commands import run
from tests.support.federation import Federation
from tests.support.referrals import a_person


@pytest.fixture
def pool(migrated_database: Settings) -> Iterator[Engine]:
    """The application's pool on a database of one's own."""
    assert migrated_database.database_url is not None
    engine = open_engine(migrated_database.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def lived(migrated_database: Settings, pool: Engine) -> Federation:
    """A federation in a database of one's own, with one person and their sealed number."""
    keyring = keyring_of(migrated_database, pool)
    federation = Federation(create_app(migrated_database, "", engine=pool, keyring=keyring), pool)
    agent = federation.agent()
    person = a_person(agent)
    sealed = keyring.encrypt(
        "85073100341", table="person", column="national_number", tenant_id=agent.tenant.id, row_id=person.id
    )
    with agent.at_work() as session:
        session.execute(update(Person).where(Person.id == person.id).values(national_number=sealed))
    return federation


def other_keys(settings: Settings) -> Keyring:
    """Put other keys in the place of those of the installation."""
    settings.keyring_path.unlink(missing_ok=True)
    return Keyring.generate(settings.keyring_path)


def examined(settings: Settings) -> Finding:
    """What the doctor says of the keys."""
    engine = create_engine(make_url(str(settings.database_url)).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            return keys(connection, settings)
    finally:
        engine.dispose()


def checks(pool: Engine) -> int:
    with unit_of_work(pool, Scope()) as session:
        return session.scalar(select(func.count()).select_from(KeyringCheck)) or 0


def test_the_first_start_makes_keys_and_a_value_by_which_they_are_known(
    migrated_database: Settings, pool: Engine
) -> None:
    assert (examined(migrated_database).level, checks(pool)) == (OK, 0)
    first = keyring_of(migrated_database, pool)
    assert checks(pool) == 1
    assert keyring_of(migrated_database, pool) == first
    assert (examined(migrated_database).level, checks(pool)) == (OK, 1)


def test_an_empty_database_is_not_begun_anew_with_other_keys(migrated_database: Settings, pool: Engine) -> None:
    """Though nothing is sealed yet but the check value."""
    keyring_of(migrated_database, pool)
    other_keys(migrated_database)
    with pytest.raises(WrongKeys, match="ne sont pas celles de cette base"):
        keyring_of(migrated_database, pool)
    assert examined(migrated_database).level == FAULT


def test_keys_that_only_search_wrongly_are_wrong_too(migrated_database: Settings, pool: Engine) -> None:
    right = keyring_of(migrated_database, pool)
    Keyring(right.keys, right.current, bytes(32)).save(migrated_database.keyring_path)
    with pytest.raises(WrongKeys):
        keyring_of(migrated_database, pool)
    assert "valeur de contrôle" in examined(migrated_database).text


def test_keys_that_were_rotated_are_still_the_right_ones(migrated_database: Settings, pool: Engine) -> None:
    rotated = keyring_of(migrated_database, pool).rotated()
    rotated.save(migrated_database.keyring_path)
    assert keyring_of(migrated_database, pool) == rotated
    assert examined(migrated_database).level == OK


def test_a_database_from_before_the_check_value_is_known_by_its_sealed_rows(
    migrated_database: Settings, lived: Federation, pool: Engine
) -> None:
    without_check(migrated_database)
    mine = migrated_database.keyring_path.read_bytes()
    other_keys(migrated_database)
    with pytest.raises(WrongKeys):
        keyring_of(migrated_database, pool)
    assert checks(pool) == 0
    finding = examined(migrated_database)
    assert (finding.level, f"person.national_number de {lived.platform.slug}" in finding.text) == (FAULT, True)
    migrated_database.keyring_path.write_bytes(mine)
    keyring_of(migrated_database, pool)
    assert (checks(pool), examined(migrated_database).level) == (1, OK)


def test_a_row_that_another_keyring_sealed_is_found_in_its_tenant_and_table(
    migrated_database: Settings, lived: Federation, tmp_path: Path
) -> None:
    agent = lived.other_agent()
    person = a_person(agent)
    other = Keyring.generate(tmp_path / "other.json")
    sealed = other.encrypt("x", table="person", column="national_number", tenant_id=agent.tenant.id, row_id=person.id)
    assert examined(migrated_database).level == OK
    with agent.at_work() as session:
        session.execute(update(Person).where(Person.id == person.id).values(national_number=sealed))
    finding = examined(migrated_database)
    assert (finding.level, f"person.national_number de {agent.tenant.slug}" in finding.text) == (FAULT, True)
    assert str(migrated_database.keyring_path) in finding.advice


@pytest.mark.parametrize("people", [True, False])
def test_keys_that_are_absent_after_a_restore_are_asked_for_and_not_made_anew(
    migrated_database: Settings, pool: Engine, people: bool, request: pytest.FixtureRequest
) -> None:
    if people:
        request.getfixturevalue("lived")
        without_check(migrated_database)
    else:
        keyring_of(migrated_database, pool)
    migrated_database.keyring_path.unlink()
    with pytest.raises(KeysAreMissing, match="Remettez le fichier"):
        keyring_of(migrated_database, pool)
    assert not migrated_database.keyring_path.exists()
    finding = examined(migrated_database)
    assert (finding.level, "manque" in finding.text) == (FAULT, True)


def without_check(settings: Settings) -> None:
    """Take the check value away, as in a database of an earlier release."""
    engine = create_engine(make_url(str(settings.owner_database_url)).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM keyring_check"))
    engine.dispose()


@pytest.mark.parametrize("command", ["serve", "worker"])
@pytest.mark.parametrize("absent", [True, False])
def test_neither_server_nor_worker_starts_beside_wrong_or_absent_keys(
    migrated_database: Settings, pool: Engine, command: str, absent: bool
) -> None:
    keyring_of(migrated_database, pool)
    if absent:
        migrated_database.keyring_path.unlink()
    else:
        other_keys(migrated_database)
    refused = run(migrated_database, command)
    assert (refused.exit_code, "Remettez le fichier" in refused.output) == (1, True)
    assert migrated_database.keyring_path.exists() is not absent


def test_a_worker_starts_beside_the_right_keys(migrated_database: Settings, pool: Engine) -> None:
    keyring_of(migrated_database, pool)
    worker = make_worker(migrated_database, str(migrated_database.database_url))
    worker.context.engine.dispose()
    assert worker.jobs


def test_a_file_that_is_no_keyring_is_said_in_french(migrated_database: Settings, pool: Engine) -> None:
    keyring_of(migrated_database, pool)
    migrated_database.keyring_path.write_text("{}")
    with pytest.raises(CannotStart, match="n'est pas utilisable"):
        keyring_of(migrated_database, pool)
    assert examined(migrated_database).level == FAULT


def test_a_start_before_the_tables_are_there_names_the_command(migrated_database: Settings) -> None:
    engine = create_engine(make_url(str(migrated_database.owner_database_url)).set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE keyring_check"))
    engine.dispose()
    pool = open_engine(str(migrated_database.database_url))
    with pytest.raises(TablesAreMissing, match="clais db upgrade"):
        keyring_of(migrated_database, pool)
    pool.dispose()


def test_a_database_that_is_away_is_waited_for_and_then_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starting, "PATIENCE_SECONDS", 0)
    settings = Settings.from_environment(
        {
            "CLAIS_DIRECTORY": str(tmp_path),
            "CLAIS_DATABASE_URL": "postgresql://clais_app@127.0.0.1:1/clais",
            "PORT": "0",
        }
    )
    refused = run(settings, "serve")
    assert (refused.exit_code, "ne répond pas" in refused.output) == (1, True)


def test_every_sealed_column_of_a_tenant_is_looked_at() -> None:
    rules = Sensitivity.read()
    sealed = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if rules.of(table.name, column.name) == SEALED
        and table.name not in {KeyringCheck.__tablename__, AuditSeal.__tablename__}
    }
    assert {(table.name, column.name) for table, column in sealed_columns()} == sealed
    assert len(sealed) > 3


def test_the_check_value_is_written_once_and_never_again(migrated_database: Settings, pool: Engine) -> None:
    keyring_of(migrated_database, pool)
    values: dict[str, Any] = {"id": NIL, "sealed": b"x", "lookup_hash": b"x", "created_at": func.now()}
    for attempt in (
        KeyringCheck.__table__.insert().values(values),  # type: ignore[attr-defined]
        update(KeyringCheck).values(sealed=b"x"),
        text("DELETE FROM keyring_check"),
    ):
        with pytest.raises(Exception, match=r"duplicate|denied"), unit_of_work(pool, Scope()) as session:
            session.execute(attempt)
