"""What PostgreSQL's tools are given and what is told of them: no password among arguments, no value of a row."""

from pathlib import Path

import pytest
from sqlalchemy import Engine, make_url

from config import tools as module
from config.tools import ToolError, Tools
from tests.isolation.catalogue import faulty_database

NAME = "Marchettix"


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool that says its arguments and the password that it finds around it."""
    script = tmp_path / "tool"
    script.write_text('#!/bin/sh\necho "$@"\necho "and $PGPASSWORD"\n')
    script.chmod(0o755)
    monkeypatch.setattr(Tools, "find", lambda _self, _name: str(script))


@pytest.mark.parametrize("place", ["authority", "query"])
@pytest.mark.usefixtures("shown")
def test_a_password_is_in_the_environment_of_a_tool_and_not_among_its_arguments(owner_url: str, place: str) -> None:
    url = make_url(owner_url)
    secret = url.set(password="s3cret") if place == "authority" else url.update_query_dict({"password": "s3cret"})
    arguments, around = Tools(secret.render_as_string(hide_password=False)).run("pg_dump", []).splitlines()
    assert ("s3cret" in arguments, around) == (False, "and s3cret")
    assert str(url.database) in arguments


@pytest.mark.parametrize("key", ["sslpassword", "oauth_client_secret"])
@pytest.mark.usefixtures("shown")
def test_a_secret_that_no_environment_takes_is_refused(owner_url: str, key: str) -> None:
    tools = Tools(owner_url)
    tools.url = tools.url.update_query_dict({key: "s3cret"})
    with pytest.raises(ToolError, match=key) as refusal:
        tools.run("pg_dump", [])
    assert "s3cret" not in str(refusal.value)


def failed_restore(superuser: Engine, file: Path) -> str:
    """What is told of a restore that a name does not fit into."""
    made = f"CREATE TABLE planted (name text); INSERT INTO planted VALUES ('{NAME}')"
    with faulty_database(superuser, made) as (_application, owner):
        tools = Tools(owner.url.render_as_string(hide_password=False))
        tools.run("pg_dump", ["--format=custom", "--table=planted", f"--file={file}"])
        with owner.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE planted ALTER name TYPE int USING NULL")
        with pytest.raises(ToolError) as refusal:
            tools.run("pg_restore", ["--data-only", "--exit-on-error", "--single-transaction", str(file)])
    return str(refusal.value)


def test_a_failed_restore_says_why_and_names_nobody(superuser: Engine, tmp_path: Path) -> None:
    told = failed_restore(superuser, tmp_path / "planted.dump")
    assert told.endswith('COPY failed for table "planted": ERROR:  invalid input syntax for type integer')


def test_a_tool_that_is_quoted_as_it_speaks_names_someone(
    superuser: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_without_values", lambda fault: fault)
    assert NAME in failed_restore(superuser, tmp_path / "planted.dump")


SAID = {
    'psql:/x.sql:3: ERROR:  invalid input syntax for type date: "Marchettix" table "x""': (
        "psql:/x.sql:3: ERROR:  invalid input syntax for type date"
    ),
    'pg_restore: while PROCESSING TOC:\npg_restore: error: could not execute query: ERROR:  relation "person" already '
    "exists\nCommand was: CREATE": 'could not execute query: ERROR:  relation "person" already exists',
    'pg_dump: error: connection to server at "db.example" (10.0.0.1), port 5432 failed: FATAL:  role "x" is gone': (
        'connection to server at "db.example" (10.0.0.1), port 5432 failed: FATAL:  role "x" is gone'
    ),
    'pg_restore: error: COPY failed for table "person": ERREUR:  syntaxe invalide : « Marchettix »\nCONTEXTE : …': (
        'COPY failed for table "person": ERREUR:  syntaxe invalide'
    ),
    'pg_restore: error: could not open input file "x.dump": No such file': (
        'could not open input file "x.dump": No such file'
    ),
    'psql: ERROR:  value "Marchettix': "psql: ERROR:  value",
    "": "?",
}


@pytest.mark.parametrize(("said", "told"), SAID.items())
def test_the_words_of_a_tool_are_kept_and_the_values_left_out(said: str, told: str) -> None:
    assert module._said("x", said, 16) == f"« x » a échoué : {told}"
