"""The server's own log holds nothing of what people confide."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError

from config.diagnosis.finding import ATTENTION, FAULT, OK
from config.diagnosis.log import log
from tests.support.federation import Federation


@pytest.fixture
def connection(superuser: Engine) -> Iterator[Connection]:
    """A session in which settings are changed, and that ends with the test."""
    with superuser.connect() as opened:
        yield opened
        opened.rollback()


def written(connection: Connection, federation: Federation, canary: str) -> str:
    """What the log says after statements that fail with a canary as a value, in the settings of `connection`."""
    place = Path(connection.execute(text("SHOW data_directory")).scalar_one()) / "log"
    start = place.stat().st_size
    row = {"id": federation.basin.id, "name": canary}
    for statement in (
        "INSERT INTO basin (id, name, created_at) VALUES (:id, :name, NULL)",  # « Failing row contains … »
        "INSERT INTO basin (id, name, created_at) VALUES (:id, :name, now())",  # « Key (…)=(…) already exists »
        "SELECT CAST(:name AS int), :id",  # « invalid input syntax for type integer: … »
    ):
        with pytest.raises(DatabaseError), connection.begin_nested():
            connection.execute(text(statement), row)
    with place.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")


def test_the_log_of_the_embedded_server_holds_no_row_and_no_statement(
    connection: Connection, federation: Federation
) -> None:
    found = log(connection)
    assert (found.level, found.advice) == (OK, "")
    said = written(connection, federation, "CANARY")
    assert "Failing row" not in said
    assert str(federation.basin.id) not in said
    assert "INSERT" not in said


@pytest.mark.parametrize(
    ("setting", "sign"),
    [
        ("log_error_verbosity = 'default'", "Failing row contains"),
        ("log_min_error_statement = error", "INSERT INTO basin"),
    ],
)
def test_with_the_settings_of_a_new_server_they_are_in_the_log(
    connection: Connection, federation: Federation, setting: str, sign: str
) -> None:
    canary = f"CANARY{secrets.token_hex(4)}"
    connection.execute(text(f"SET LOCAL {setting}"))
    assert sign in written(connection, federation, canary)


@pytest.mark.parametrize(
    ("settings", "level"),
    [
        (("log_error_verbosity = 'default'",), FAULT),
        (("log_error_verbosity = verbose",), FAULT),
        (("log_parameter_max_length_on_error = -1",), FAULT),
        (("log_min_error_statement = error",), ATTENTION),
        (("log_parameter_max_length = -1",), ATTENTION),
        (("log_statement = 'all'",), ATTENTION),
        (("log_statement = 'all'", "log_parameter_max_length = -1"), FAULT),
        (("log_min_duration_statement = 0", "log_parameter_max_length = 100"), FAULT),
        (("log_min_duration_sample = 0", "log_parameter_max_length = -1"), FAULT),
        (("log_transaction_sample_rate = 1", "log_parameter_max_length = -1"), FAULT),
        (("debug_print_plan = on",), FAULT),
        (("auto_explain.log_min_duration = 0",), FAULT),
    ],
)
def test_each_setting_that_writes_values_is_said_with_what_to_do(
    connection: Connection, settings: tuple[str, ...], level: str
) -> None:
    for setting in settings:
        connection.execute(text(f"SET LOCAL {setting}"))
    finding = log(connection)
    name = settings[0].partition(" ")[0]
    assert (finding.level, name in finding.text) == (level, True)
    assert f"ALTER SYSTEM SET {name}" in finding.advice


def test_the_application_itself_can_ask(engine: Engine) -> None:
    with engine.connect() as connection:
        assert log(connection).level == OK
