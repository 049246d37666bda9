"""17. In the scope of A nothing of B can be read, written, moved, adopted, merged into or copied, table by table."""

from collections.abc import Callable, Iterator
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import DatabaseError

from clais.database import Scope, new_id
from config.models import METADATA
from tests.isolation.canaries import TENANT_TABLES, Seed, differences, fingerprint, row_for
from tests.isolation.catalogue import faulty_world
from tests.isolation.world import World

PARTIES = {"user_id", "to_tenant_id"}
FIXED = {"tenant_id", "to_tenant_id", "by_tenant_id", "from_tenant_id", "user_id"}
TABLES = [table.name for table in TENANT_TABLES]
REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.FeatureNotSupported,  # COPY FROM under row security
    psycopg.errors.ForeignKeyViolation,
)


@pytest.fixture(scope="module")
def world(standing_world: World) -> World:
    return standing_world


def in_scope(engine: Engine, seed: Seed) -> Engine:
    """The pool of the application's role, in the scope of a seeded tenant."""
    return engine.execution_options(scope=Scope(tenant_id=seed.tenant_id, basin_id=seed.basin_id, user_id=seed.user_id))


def attempt(engine: Engine, act: Callable[[Connection], int]) -> str:
    """Try one act in a transaction that is committed: 'refused', 'nothing', or what it did."""
    with engine.connect() as connection:
        connection.begin()  # COPY goes to the driver: the scope must be open before.
        try:
            touched = act(connection)
            connection.commit()
        except (DatabaseError, psycopg.Error) as error:
            cause = error.orig if isinstance(error, DatabaseError) else error
            return "refused" if isinstance(cause, REFUSALS) else f"failed otherwise: {type(cause).__name__} {cause}"
    return f"touched {touched} rows" if touched else "nothing"


def run(statement: str, **values: object) -> Callable[[Connection], int]:
    """An act of one statement; it answers the number of rows read or written."""

    def act(connection: Connection) -> int:
        result = connection.execute(text(statement), values)
        return len(result.fetchall()) if result.returns_rows else result.rowcount

    return act


def insert(table: Table, row: dict[str, object]) -> Callable[[Connection], int]:
    """An act that inserts one row."""
    return lambda connection: connection.execute(table.insert().values(**row)).rowcount


def copy_out(table: str, tenant_id: UUID) -> Callable[[Connection], int]:
    """An act that copies a whole table out and counts the lines that name a tenant."""

    def act(connection: Connection) -> int:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {table} TO STDOUT") as copy:
            return sum(str(tenant_id).encode() in bytes(block) for block in copy)

    return act


def copy_in(table: str) -> Callable[[Connection], int]:
    """An act that copies a line in."""

    def act(connection: Connection) -> int:
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY {table} FROM STDIN") as copy:
            copy.write(b"x")
        return 1

    return act


def attempts(table: Table, own: Seed, foreign: Seed) -> Iterator[tuple[str, Callable[[Connection], int]]]:
    """Every way to B's rows of one table."""
    name, mine, theirs = table.name, own.rows[table.name], foreign.rows[table.name]
    ids = {"mine": mine["id"], "theirs": theirs["id"], "tenant": foreign.tenant_id}
    stranger = fresh(table, foreign)
    yield "select", run(f"SELECT 1 FROM {name} WHERE tenant_id = :tenant", **ids)
    yield "select by id", run(f"SELECT 1 FROM {name} WHERE id = :theirs", **ids)
    yield "select through a function", run(f"SELECT * FROM {name} t WHERE t::text LIKE '%CANARY\\_B%'")
    yield "insert", insert(table, stranger)
    yield "update", run(f"UPDATE {name} SET id = id WHERE tenant_id = :tenant", **ids)
    yield "delete", run(f"DELETE FROM {name} WHERE tenant_id = :tenant", **ids)
    yield "move there", run(f"UPDATE {name} SET tenant_id = :tenant WHERE id = :mine", **ids)
    yield "lock", run(f"SELECT 1 FROM {name} WHERE id = :theirs FOR UPDATE", **ids)
    yield (
        "merge",
        run(
            f"MERGE INTO {name} t USING (SELECT CAST(:theirs AS uuid) AS id) s ON t.id = s.id "
            "WHEN MATCHED THEN UPDATE SET id = t.id",
            **ids,
        ),
    )
    yield "on conflict", on_conflict(table, theirs)
    yield "copy out", copy_out(name, foreign.tenant_id)
    yield "copy in", copy_in(name)
    for key in table.foreign_key_constraints:
        if "tenant_id" in key.column_keys:
            column = next(c for c in key.column_keys if c not in FIXED)
            child = fresh(table, own) | {column: foreign.ids[key.referred_table.name]}
            yield f"child of B's {key.referred_table.name}", insert(table, child)
    if PARTIES & set(table.columns.keys()):
        me = {"user_id": own.user_id, "to_tenant_id": own.tenant_id}
        mine_too = {name: value for name, value in me.items() if name in table.columns}
        yield "insert as a party", insert(table, fresh(table, foreign) | mine_too)
        if "by_tenant_id" in table.columns:
            signed = fresh(table, foreign) | mine_too | {"by_tenant_id": own.tenant_id}
            yield "as a party, child of B's referral", insert(table, signed)


def fresh(table: Table, seed: Seed) -> dict[str, object]:
    """A new row of a tenant, which collides with no other."""
    keyed = {column for key in table.foreign_key_constraints for column in key.column_keys}
    pointers = [c for c in table.columns if c.name.endswith("_id") and c.name not in FIXED]
    loose = [c.name for c in pointers if c.nullable or c.name not in keyed]
    row = row_for(table, seed) | {"id": new_id()}
    # What points nowhere in particular is made anew, what may be absent is absent: a uniqueness must not refuse first.
    return row | {name: None if table.columns[name].nullable else new_id() for name in loose}


def on_conflict(table: Table, row: dict[str, object]) -> Callable[[Connection], int]:
    """An act that inserts a row which is there, and takes what is there in its stead."""
    statement = (
        upsert(table).values(**row).on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"id": row["id"]})
    )
    return lambda connection: connection.execute(statement).rowcount


def check_table(engine: Engine, superuser: Engine, table: Table, own: Seed, foreign: Seed) -> list[str]:
    """The ways in which a session of A reached B's rows of one table."""
    with superuser.connect() as connection:
        before = fingerprint(connection, foreign)
    outcomes = [(way, attempt(in_scope(engine, own), act)) for way, act in attempts(table, own, foreign)]
    problems = [f"{table.name}: {way}: {outcome}" for way, outcome in outcomes if outcome not in {"nothing", "refused"}]
    with superuser.connect() as connection:
        problems += [f"{name}: B's rows changed" for name in differences(before, fingerprint(connection, foreign))]
    return problems


@pytest.mark.parametrize("name", TABLES)
def test_nothing_of_another_tenant_is_reached(name: str, world: World) -> None:
    problems = check_table(world.engine, world.superuser, METADATA.tables[name], world.own, world.foreign)
    assert not problems


def test_a_seeded_row_of_ones_own_is_reached(world: World) -> None:
    """Otherwise the test above would pass on empty tables."""
    with in_scope(world.engine, world.own).connect() as connection:
        empty = [name for name in TABLES if not connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()]
    assert not empty


FAULTS = {
    "row security off": "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
    "a policy that lets all in": "DROP POLICY floor ON person; DROP POLICY own ON person;"
    "CREATE POLICY own ON person TO clais_app USING (true) WITH CHECK (true)",
    "a check that lets all be written": "DROP POLICY floor ON person; DROP POLICY own ON person;"
    "CREATE POLICY own ON person TO clais_app "
    "USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (true)",
    "a foreign key on the id alone": "ALTER TABLE bilan DROP CONSTRAINT fk_bilan_tenant_id_person_id;"
    "ALTER TABLE person ADD CONSTRAINT planted UNIQUE (id);"
    "ALTER TABLE bilan ADD CONSTRAINT planted FOREIGN KEY (person_id) REFERENCES person (id)",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_fault_is_found(fault: str, world: World) -> None:
    table = METADATA.tables["bilan" if "foreign key" in fault else "person"]
    with faulty_world(world.app, world.superuser, FAULTS[fault]) as broken:
        assert check_table(broken.engine, broken.superuser, table, broken.own, broken.foreign)
