"""A database is spread over a cluster table by table, each where its model says.

Citus is installed from its own archives, which the tests do without: its functions are played here, and note what they
are asked for. What they are asked for, and in which order, is held against `distribution.sql`.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, ForeignKeyConstraint, Table, UniqueConstraint, create_engine, make_url, text

from clais.database import Distribution, TableKind, distributions_of
from config import distribution
from config.diagnosis import cluster
from config.diagnosis.finding import FAULT, OK
from config.features import DISTRIBUTIONS, KINDS, METADATA
from config.settings import Settings
from tests.support.commands import run

STATEMENTS = Path(__file__).parent / "distribution.sql"
CITUS = """
CREATE TABLE pg_dist_partition (logicalrelid regclass PRIMARY KEY, kept_by text);
CREATE TABLE nodes (nodename text, nodeport int, success boolean, result text);
CREATE FUNCTION create_reference_table(name regclass) RETURNS void LANGUAGE sql
    AS $$ INSERT INTO pg_dist_partition VALUES (name, 'reference') $$;
CREATE FUNCTION create_distributed_table(name regclass, by_column text, colocate_with text) RETURNS void LANGUAGE sql
    AS $$ INSERT INTO pg_dist_partition VALUES (name, by_column || ' with ' || colocate_with) $$;
CREATE FUNCTION run_command_on_all_nodes(command text) RETURNS SETOF nodes LANGUAGE sql AS $$ SELECT * FROM nodes $$;
"""
COLUMN = {Distribution.TENANT: "tenant_id", Distribution.TOKEN: "token_hash"}


@pytest.fixture
def coordinator(migrated_database: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A migrated database on a server that plays a coordinator. Its roles are those of all the tests: they stay."""
    monkeypatch.setattr(distribution, "ROLES", ())
    with as_owner(migrated_database) as connection:
        connection.exec_driver_sql(CITUS)
    return migrated_database


@contextmanager
def as_owner(settings: Settings) -> Iterator[Connection]:
    url = make_url(str(settings.owner_database_url)).set(drivername="postgresql+psycopg")
    engine = create_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def spread(settings: Settings) -> dict[str, str]:
    """Table → where it was put."""
    with as_owner(settings) as connection:
        rows = connection.execute(text("SELECT logicalrelid::text AS name, kept_by FROM pg_dist_partition"))
        return {row.name: row.kept_by for row in rows}


def test_what_would_be_done_is_shown_and_stands_in_a_file(new_database: Settings) -> None:
    """A table that is added changes the file: `clais db distribute --dry-run > tests/config/distribution.sql`."""
    shown = run(new_database, "db", "distribute", "--dry-run")
    assert (shown.exit_code, shown.output) == (0, STATEMENTS.read_text())


def test_a_server_that_is_no_coordinator_is_refused(new_database: Settings) -> None:
    refused = run(new_database, "db", "distribute")
    assert (refused.exit_code, "pas le coordinateur d'un cluster" in refused.output) == (1, True)


def test_every_table_is_put_where_its_model_says_and_once(coordinator: Settings) -> None:
    done = run(coordinator, "db", "distribute")
    assert done.exit_code == 0, done.output
    found = spread(coordinator)
    assert set(found) == {name for name, where in DISTRIBUTIONS.items() if where is not Distribution.LOCAL}
    assert (found["tenant"], found["scheme"], found["user_account"]) == ("reference",) * 3
    assert found["person"] == found["membership"] == "tenant_id with assessment_ballot"
    assert found["user_session"] == "token_hash with api_token"
    again = run(coordinator, "db", "distribute")
    assert (again.exit_code, "étaient réparties" in again.output) == (0, True)


def test_what_was_cut_off_goes_on_from_there(coordinator: Settings) -> None:
    with as_owner(coordinator) as connection:
        connection.exec_driver_sql("ALTER TABLE pg_dist_partition ADD CHECK (logicalrelid <> 'person'::regclass)")
    stopped = run(coordinator, "db", "distribute")
    assert (stopped.exit_code, "CheckViolation" in stopped.output, "person" in stopped.output) == (1, True, True)
    before = spread(coordinator)
    assert "referral" in before
    assert "person" not in before
    with as_owner(coordinator) as connection:
        connection.exec_driver_sql("ALTER TABLE pg_dist_partition DROP CONSTRAINT pg_dist_partition_logicalrelid_check")
    assert run(coordinator, "db", "distribute").exit_code == 0
    assert set(before) < set(spread(coordinator))


@pytest.mark.usefixtures("few_occupations")
def test_an_upgrade_spreads_the_tables_that_it_makes_where_the_others_are_spread(coordinator: Settings) -> None:
    assert run(coordinator, "db", "upgrade").exit_code == 0
    assert spread(coordinator) == {}
    assert run(coordinator, "db", "distribute").exit_code == 0
    with as_owner(coordinator) as connection:
        connection.exec_driver_sql("DELETE FROM pg_dist_partition WHERE logicalrelid = 'postponed'::regclass")
    upgraded = run(coordinator, "db", "upgrade")
    assert "create_distributed_table('postponed', 'tenant_id', colocate_with => 'assessment_ballot')" in upgraded.output
    assert "postponed" in spread(coordinator)


def test_the_doctor_compares_the_policies_of_every_server(coordinator: Settings) -> None:
    run(coordinator, "db", "distribute")
    with as_owner(coordinator) as connection:
        here = connection.execute(text(cluster.POLICIES)).scalar_one()
        own = [policy for policy in json.loads(here) if policy[:2] == ["person", "own"]]
        wider = here.replace(json.dumps(own[0], ensure_ascii=False), '["person", "own", "*", "true", "true"]')
        assert wider != here
        nodes = text("INSERT INTO nodes VALUES (:name, 5432, :success, :result)")
        connection.execute(nodes, [{"name": name, "success": True, "result": here} for name in ("eins", "zwei")])
        assert [finding.level for finding in cluster.policies(connection)] == [OK]
        connection.execute(nodes, {"name": "drei", "success": True, "result": wider})
        connection.execute(nodes, {"name": "vier", "success": False, "result": "connection refused"})
        loose, silent = cluster.policies(connection)
        assert (loose.level, silent.level) == (FAULT, FAULT)
        assert "drei:5432" in loose.text
        assert "person.own" in loose.text
        assert "vier:5432 ne répond pas" in silent.text


def test_on_one_server_the_doctor_says_nothing_of_others(migrated_database: Settings) -> None:
    with as_owner(migrated_database) as connection:
        assert cluster.policies(connection) == []


def faults(table: Table, where: Distribution) -> Iterator[str]:
    """What Citus would refuse of a table that is put there."""
    column = COLUMN.get(where)
    uniques = [table.primary_key, *(one for one in table.constraints if isinstance(one, UniqueConstraint))]
    if column:
        named = [[key.name for key in one.columns] for one in uniques]
        named += [[key.name for key in index.columns] for index in table.indexes if index.unique]
        yield from (f"{table.name}: {keys} without {column}" for keys in named if column not in keys)
    for key in (one for one in table.constraints if isinstance(one, ForeignKeyConstraint)):
        target = DISTRIBUTIONS[key.referred_table.name]
        together = target is where and (where is not Distribution.TENANT or key.column_keys[0] == "tenant_id")
        if not together and target is not Distribution.REFERENCE:
            yield f"{table.name}: {key.column_keys} leads to {key.referred_table.name}"


def test_every_table_says_where_it_is_put_and_its_keys_allow_it() -> None:
    assert set(DISTRIBUTIONS) == set(METADATA.tables) == set(KINDS)
    assert [fault for name, where in DISTRIBUTIONS.items() for fault in faults(METADATA.tables[name], where)] == []


@pytest.mark.parametrize(
    ("table", "where"),
    [("basin", Distribution.TENANT), ("tenant", Distribution.TOKEN), ("note", Distribution.REFERENCE)],
)
def test_a_table_that_cannot_be_put_there_is_found(table: str, where: Distribution) -> None:
    assert list(faults(METADATA.tables[table], where))


def test_a_model_whose_kind_does_not_tell_says_it() -> None:
    silent = type("Silent", (), {"__tablename__": "silent", "table_kind": TableKind.PERSON})
    with pytest.raises(TypeError, match="Silent does not say where its rows are"):
        distributions_of([silent])
