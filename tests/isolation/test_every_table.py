"""In the scope of A no row of B can be read, written, moved, taken over, merged into or copied, table by table."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, Table, Uuid, text

from clais.database import Scope, new_id
from config.features import METADATA
from tests.isolation.attempts import (
    HARMLESS,
    LOOKING,
    Act,
    attempt,
    collides,
    insert,
    moving,
    put_in_place,
    reading,
    writing,
)
from tests.isolation.canaries import TENANT_TABLES, Seed, differences, fingerprint, row_for
from tests.isolation.catalogue import faulty_world
from tests.isolation.world import World

PARTIES = {"user_id", "to_tenant_id"}
FIXED = {"tenant_id", "to_tenant_id", "by_tenant_id", "from_tenant_id", "user_id"}
TABLES = [table.name for table in TENANT_TABLES]


@pytest.fixture(scope="module")
def world(standing_world: World) -> World:
    return standing_world


def in_scope(engine: Engine, seed: Seed) -> Engine:
    """The pool of the application's role, in the scope of a seeded tenant."""
    return engine.execution_options(scope=Scope(tenant_id=seed.tenant_id, basin_id=seed.basin_id, user_id=seed.user_id))


def attempts(table: Table, own: Seed, foreign: Seed) -> Iterator[tuple[str, Act]]:
    """Every way to B's rows of one table."""
    mine, theirs = own.rows[table.name], foreign.rows[table.name]
    yield from reading(table, theirs, "tenant_id")
    yield from moving(table, mine, theirs, "tenant_id")
    yield from writing(table, theirs, fresh(table, foreign))
    for key in table.foreign_key_constraints:
        if "tenant_id" in key.column_keys:
            column = next(c for c in key.column_keys if c not in FIXED)
            child = fresh(table, own) | {column: foreign.ids[key.referred_table.name]}
            taken = collides(table, mine, child)
            act = put_in_place(table, mine, child) if taken else insert(table, child)
            yield f"child of B's {key.referred_table.name}", act
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
    pointers = [c for c in table.columns if isinstance(c.type, Uuid) and c.name.endswith("_id") and c.name not in FIXED]
    loose = [c.name for c in pointers if c.nullable or c.name not in keyed]
    row = row_for(table, seed) | {"id": new_id()}
    # What points nowhere in particular is made anew, what may be absent is absent: a uniqueness must not refuse first.
    return row | {name: None if table.columns[name].nullable else new_id() for name in loose}


def check_table(engine: Engine, superuser: Engine, table: Table, own: Seed, foreign: Seed) -> list[str]:
    """The ways in which a session of A reached B's rows of one table."""
    with superuser.connect() as connection:
        before = fingerprint(connection, foreign)
    outcomes = [(way, attempt(in_scope(engine, own), act)) for way, act in attempts(table, own, foreign)]
    problems = [f"{table.name}: {way}: {outcome}" for way, outcome in outcomes if outcome not in HARMLESS]
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


EVERY_WAY = {*LOOKING, "insert", "update", "lock", "merge", "on conflict", "delete"}
FAULTS = {
    "row security off": ("person", "ALTER TABLE person DISABLE ROW LEVEL SECURITY", {*EVERY_WAY, "copy in"}),
    "a policy that lets all in": (
        "person",
        (
            "DROP POLICY floor ON person; DROP POLICY own ON person;"
            "CREATE POLICY own ON person TO clais_app USING (true) WITH CHECK (true)"
        ),
        EVERY_WAY,
    ),
    "a check that lets all be written": (
        "person",
        (
            "DROP POLICY floor ON person; DROP POLICY own ON person; CREATE POLICY own ON person TO clais_app "
            "USING (tenant_id = current_setting('app.tenant_id')::uuid) WITH CHECK (true)"
        ),
        {"insert"},
    ),
    "a foreign key on the id alone": (
        "bilan",
        (
            "ALTER TABLE bilan DROP CONSTRAINT fk_bilan_tenant_id_person_id;"
            "ALTER TABLE person ADD CONSTRAINT planted UNIQUE (id);"
            "ALTER TABLE bilan ADD CONSTRAINT planted FOREIGN KEY (person_id) REFERENCES person (id)"
        ),
        {"child of B's person"},
    ),
}
"""By name: the table, the fault in SQL, and the ways that it opens."""


@pytest.mark.parametrize("fault", FAULTS)
def test_each_way_that_a_planted_fault_opens_is_found(fault: str, world: World) -> None:
    name, statements, opens = FAULTS[fault]
    with faulty_world(world.app, world.superuser, statements) as broken:
        problems = check_table(broken.engine, broken.superuser, METADATA.tables[name], broken.own, broken.foreign)
    found = {problem.split(": ")[1] for problem in problems}
    assert found - {"B's rows changed"} == opens
