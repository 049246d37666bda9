"""Publications are read in their basin and written by their owner; the registry is read by all and written by no
tenant. Tried table by table, by every way in.
"""

from collections.abc import Iterator
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import Engine, Table

from clais.database import new_id
from clais.web.routing import Application
from config.features import METADATA
from tests.isolation.attempts import (
    HARMLESS,
    LOOKING,
    Act,
    Row,
    attempt,
    insert,
    key_of,
    keyed,
    moving,
    reading,
    run,
    writing,
)
from tests.isolation.canaries import PUBLICATIONS, Seed, differences, fingerprint, plain, row_for
from tests.isolation.catalogue import faulty_world, instead
from tests.isolation.test_catalogue import REGISTRY
from tests.isolation.test_every_table import in_scope
from tests.isolation.world import World

CARDS = ("basin", "tenant")
"""What a world has a row of already."""


def furnished(world: World) -> World:
    """A world whose platform publishes too, so that it has something to move, and with a row of reference."""
    own = world.own
    own.ids |= {table.name: new_id() for table in PUBLICATIONS}
    wanted = {table.name for table in PUBLICATIONS} | (REGISTRY - set(CARDS))
    with world.superuser.begin() as connection:
        for table in METADATA.sorted_tables:
            if table.name in wanted:
                covering = {"covered_by": own.tenant_id} if "covered_by" in table.columns else {}
                own.rows[table.name] = row_for(table, own, plain) | covering
                connection.execute(table.insert().values(**own.rows[table.name]))
        # A scheme without sessions and operator: nothing but the policies keeps it from being moved.
        own.rows["scheme"] = beside(METADATA.tables["scheme"], own.rows["scheme"]) | {"operator_id": None}
        connection.execute(METADATA.tables["scheme"].insert().values(**own.rows["scheme"]))
        for name, key in zip(CARDS, (own.basin_id, own.tenant_id), strict=True):
            card = METADATA.tables[name]
            found = connection.execute(card.select().where(card.columns["id"] == key))
            own.rows[name] = dict(found.mappings().one())
    return world


def beside(table: Table, row: Row) -> dict[str, Any]:
    """A row like another one, which collides with none."""
    new = {"id": new_id(), "nis_code": token_hex(2), "slug": token_hex(8), "code": token_hex(1), "word": token_hex(8)}
    return {
        name: value if table.columns[name].foreign_keys else new.get(name, value) for name, value in row.items()
    } | ({"postal_code": "0000"} if table.name == "tenant_territory" else {})


def owner_of(table: Table) -> str:
    """The column that says whose a publication is."""
    return next(iter(table.primary_key)).name


@pytest.fixture(scope="module")
def world(app: Application, superuser: Engine) -> Iterator[World]:
    """In a database of its own: reference data are everyone's."""
    with faulty_world(app, superuser, "SELECT 1") as sound:
        yield furnished(sound)


def ways_to_publication(table: Table, own: Seed, publisher: Seed) -> Iterator[tuple[str, Act]]:
    """Every way of a tenant to what another one published."""
    mine, theirs = own.rows[table.name], publisher.rows[table.name]
    yield from reading(table, theirs, owner_of(table))
    yield from moving(table, mine, theirs, owner_of(table))
    yield "publish in another basin", insert(table, beside(table, mine) | {"basin_id": new_id()})
    if "scheme_id" in table.columns:
        yield "child of theirs", insert(table, beside(table, mine) | {"scheme_id": publisher.ids["scheme"]})
    if "scheme_session_id" in table.columns:
        yield "child of theirs", insert(table, mine | {"scheme_session_id": publisher.ids["scheme_session"]})
    yield from writing(table, theirs, beside(table, theirs))


def check_publication(world: World, table: Table, publisher: Seed, *, readable: bool) -> dict[str, str]:
    """Ways in which a platform did more with another's publication than read it in its own basin."""
    pool = in_scope(world.engine, world.own)
    with world.looking() as connection:
        before = fingerprint(connection, publisher)
    problems = {}
    for way, act in ways_to_publication(table, world.own, publisher):
        outcome = attempt(pool, act)
        if outcome not in ({"touched 1 rows"} if readable and way in LOOKING else HARMLESS):
            problems[way] = outcome
    with world.looking() as connection:
        changed = differences(before, fingerprint(connection, publisher))
    # A change is a problem too when no way reported success.
    return problems | ({"changed unnoticed": str(changed)} if changed and not problems else {})


@pytest.mark.parametrize("table", PUBLICATIONS, ids=str)
def test_a_publication_is_read_in_its_basin_and_written_by_nobody_else(table: Table, world: World) -> None:
    assert check_publication(world, table, world.centre, readable=True) == {}


@pytest.mark.parametrize("table", PUBLICATIONS, ids=str)
def test_nothing_is_seen_of_what_another_basin_publishes(table: Table, world: World) -> None:
    assert check_publication(world, table, world.abroad, readable=False) == {}


def check_registry(world: World, table: Table) -> dict[str, str]:
    """Ways in which a platform changed a row that only an administrator may change, its own card among them."""
    row, pool = world.own.rows[table.name], in_scope(world.engine, world.own)
    seen = attempt(pool, run(f"SELECT 1 FROM {table.name} WHERE {keyed(table)}", key_of(table, row)))
    problems = {} if seen == "touched 1 rows" else {"select": seen}
    tried = {way: attempt(pool, act) for way, act in writing(table, row, beside(table, row))}
    return problems | {way: outcome for way, outcome in tried.items() if outcome not in HARMLESS}


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_the_registry_is_written_by_no_tenant(name: str, world: World) -> None:
    assert check_registry(world, METADATA.tables[name]) == {}


IN_BASIN = "basin_id = current_setting('app.basin_id')::uuid"
CHANGING = {"update", "lock", "merge"}
ADDING = {"insert", "publish in another basin"}
FAULTS = {
    "row security off": (
        "scheme",
        "ALTER TABLE scheme DISABLE ROW LEVEL SECURITY",
        {"move there", "on conflict", "copy in", *CHANGING, *ADDING},
        {*LOOKING, "move there", "on conflict", "copy in", *CHANGING, *ADDING},
    ),
    "read in every basin": ("scheme", instead("scheme", "SELECT", "true"), set(), set(LOOKING)),
    "changed by the whole basin": (
        "scheme",
        instead("scheme", "UPDATE", IN_BASIN, IN_BASIN),
        {"move there", *CHANGING},
        {"move there"},  # Of another basin nothing is seen that could be changed; but it can be given something.
    ),
    "deleted by the whole basin": ("scheme_session", instead("scheme_session", "DELETE", IN_BASIN), {"delete"}, set()),
    "published by anyone": ("scheme", instead("scheme", "INSERT", check="true"), ADDING, ADDING),
    "a count read in every basin": ("seat_count", instead("seat_count", "SELECT", "true"), set(), set(LOOKING)),
    "a count moved by the whole basin": (
        "seat_count",
        instead("seat_count", "UPDATE", IN_BASIN, IN_BASIN),
        CHANGING,
        set(),
    ),
    "a count of another's session": (
        "seat_count",
        (
            "ALTER TABLE seat_count DROP CONSTRAINT fk_seat_count_tenant_id_scheme_session_id;"
            "ALTER TABLE scheme_session ADD CONSTRAINT planted UNIQUE (id);"
            "ALTER TABLE seat_count ADD CONSTRAINT planted FOREIGN KEY (scheme_session_id)"
            " REFERENCES scheme_session (id)"
        ),
        {"child of theirs"},
        {"child of theirs"},
    ),
    "a foreign key on the id alone": (
        "scheme_session",
        (
            "ALTER TABLE scheme_session DROP CONSTRAINT fk_scheme_session_owner_tenant_id_scheme_id;"
            "ALTER TABLE scheme ADD CONSTRAINT planted UNIQUE (id);"
            "ALTER TABLE scheme_session ADD CONSTRAINT planted FOREIGN KEY (scheme_id) REFERENCES scheme (id)"
        ),
        {"child of theirs"},
        {"child of theirs"},
    ),
}
"""By name: the table, the fault in SQL, the ways that it opens in the basin, and those that it opens from another."""


@pytest.mark.parametrize("same_basin", [True, False], ids=["in the basin", "from another"])
@pytest.mark.parametrize("fault", FAULTS)
def test_each_way_that_a_planted_fault_opens_is_found(
    fault: str, same_basin: bool, app: Application, superuser: Engine
) -> None:
    name, statements, near, far = FAULTS[fault]
    with faulty_world(app, superuser, statements) as broken:
        furnished(broken)
        publisher = broken.centre if same_basin else broken.abroad
        found = check_publication(broken, METADATA.tables[name], publisher, readable=same_basin)
    assert set(found) == (near if same_basin else far)


@pytest.mark.parametrize("name", sorted(REGISTRY))
def test_a_reference_table_that_tenants_write_is_found(name: str, app: Application, superuser: Engine) -> None:
    with faulty_world(app, superuser, f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY") as broken:
        found = set(check_registry(furnished(broken), METADATA.tables[name]))
    assert {"insert", "on conflict", "copy in", *CHANGING} <= found
