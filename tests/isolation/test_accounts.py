"""Accounts, sessions, invitations and tokens open to their person or to their secret, and to nobody else."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Table, select

from clais.database import NIL, Scope, new_id
from tests.isolation.attempts import HARMLESS, LOOKING, Act, Row, attempt, moving, reading, writing
from tests.isolation.canaries import ACCOUNT_TABLES, Seed, differences, fingerprint, row_for
from tests.isolation.catalogue import faulty_world, instead
from tests.isolation.world import World

TABLES = {table.name: table for table in ACCOUNT_TABLES}


@pytest.fixture(scope="module")
def world(standing_world: World) -> World:
    return standing_world


def someone_else(world: World) -> Scope:
    return Scope(tenant_id=world.own.tenant_id, basin_id=world.own.basin_id, user_id=world.own.user_id)


def a_colleague(world: World) -> Scope:
    """At work in the same tenant: it is the person that counts."""
    return Scope(tenant_id=world.foreign.tenant_id, basin_id=world.foreign.basin_id, user_id=world.own.user_id)


def an_administrator(world: World) -> Scope:
    return Scope(user_id=world.own.user_id, administers=True)


def a_guess(_world: World) -> Scope:
    """Someone who makes up a secret and an address, before any sign-in."""
    return Scope(email_hash=secrets.token_bytes(32), credential_hash=secrets.token_bytes(32))


def nobody(_world: World) -> Scope:
    return Scope()


WHO = [someone_else, a_colleague, an_administrator, a_guess, nobody]


def owner_of(table: Table) -> str:
    """The column that says whose a row is."""
    return "id" if table.name == "user_account" else "user_id"


def another(table: Table, seed: Seed) -> Row:
    """One more row of the same person, which collides with no other."""
    new: dict[str, Any] = {"id": new_id(), "token_hash": secrets.token_bytes(32), "email_hash": secrets.token_bytes(32)}
    return row_for(table, seed) | {name: value for name, value in new.items() if name in table.columns}


def ways(table: Table, own: Seed, foreign: Seed) -> Iterator[tuple[str, Act]]:
    """Every way to a row of another person."""
    theirs = foreign.rows[table.name]
    yield from reading(table, theirs, owner_of(table))
    yield from moving(table, own.rows[table.name], theirs, owner_of(table))
    yield from writing(table, theirs, another(table, foreign))


def check_account(world: World, table: Table, scope: Scope) -> dict[str, str]:
    """The ways in which a scope reached what is another person's, and what came of each."""
    pool = world.engine.execution_options(scope=scope)
    with world.looking() as connection:
        before = fingerprint(connection, world.foreign)
    tried = {way: attempt(pool, act) for way, act in ways(table, world.own, world.foreign)}
    problems = {way: outcome for way, outcome in tried.items() if outcome not in HARMLESS}
    with world.looking() as connection:
        changed = differences(before, fingerprint(connection, world.foreign))
    # A change is a problem too when no way reported success.
    return problems | ({"changed unnoticed": str(changed)} if changed and not problems else {})


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("who", WHO)
def test_what_is_a_persons_own_is_reached_by_nobody_else(
    who: Callable[[World], Scope], name: str, world: World
) -> None:
    assert check_account(world, TABLES[name], who(world)) == {}


def opened(world: World, table: Table, scope: Scope) -> int:
    """How many rows a scope sees."""
    with world.engine.execution_options(scope=scope).connect() as connection:
        return len(connection.execute(select(table)).fetchall())


@pytest.mark.parametrize("name", TABLES)
def test_each_row_opens_to_its_person_and_to_its_secret(name: str, world: World) -> None:
    """Otherwise the test above would pass where nothing is seen by anyone."""
    table, row = TABLES[name], world.own.rows[name]
    secret = {"email_hash": row["email_hash"]} if name == "user_account" else {"credential_hash": row["token_hash"]}
    assert opened(world, table, Scope(user_id=world.own.user_id)) == 1
    assert opened(world, table, Scope(**secret)) == 1


def opening(table: str, predicate: str, check: str | None = None) -> str:
    """SQL that puts one policy in the place of all those of a table."""
    return instead(table, "ALL", predicate, check or predicate)


USER = "current_setting('app.user_id')::uuid"
CHANGING = {"update", "lock", "merge"}
EVERY_WAY = {*LOOKING, *CHANGING, "move there", "insert", "on conflict", "delete"}
NOT_MOVED = EVERY_WAY - {"move there"}
"""Of tables where the role may not update the column that says whose a row is."""
FAULTS: dict[str, tuple[str, Callable[[World], Scope], str, set[str]]] = {
    "row security off": (
        "user_session", nobody, "ALTER TABLE user_session DISABLE ROW LEVEL SECURITY", {*NOT_MOVED, "copy in"}
    ),
    "nobody is everybody": (
        "invitation", nobody, opening("invitation", f"user_id = {USER} OR {USER} = '{NIL}'"), EVERY_WAY
    ),
    "colleagues share their tokens": (
        "api_token",
        a_colleague,
        opening("api_token", f"user_id = {USER} OR active_tenant_id = current_setting('app.tenant_id')::uuid"),
        {*LOOKING, *CHANGING, "insert", "on conflict"},
    ),
    "administrators open accounts": (
        "user_account",
        an_administrator,
        opening("user_account", f"id = {USER} OR current_setting('app.administers') = 'yes'"),
        {*LOOKING, *CHANGING, "insert", "on conflict"},
    ),
    "any secret is the right one": (
        "user_session",
        a_guess,
        opening("user_session", "length(current_setting('app.credential_hash')) = 64"),
        NOT_MOVED,
    ),
    "what is written is not looked at": (
        "invitation", someone_else, opening("invitation", f"user_id = {USER}", "true"), {"insert"}
    ),
}  # fmt: skip
"""By name: the table, who tries, the fault in SQL, and the ways that it opens."""


@pytest.mark.parametrize("fault", FAULTS)
def test_each_way_that_a_planted_fault_opens_is_found(fault: str, world: World) -> None:
    name, who, statements, opens = FAULTS[fault]
    with faulty_world(world.app, world.superuser, statements) as broken:
        assert set(check_account(broken, TABLES[name], who(broken))) == opens
