"""A throw-away database in which a guard is broken, and a world in it.

Each fault has a database of its own, under a name that a process uses again: so the pools keep the statements that they
have compiled. The world in it is written once a process, and copied with its database.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from itertools import count

from sqlalchemy import URL, Connection, Engine, create_engine, text

from clais.database import open_engine
from clais.database.roles import close_to_others
from clais.web.routing import Application
from tests.conftest import TEMPLATE
from tests.isolation.world import World
from tests.support.federation import Federation, Member
from tests.support.given import need_copies

FURNISHED = f"clais_world_{os.getpid()}"
"""The database that those with a world are copied from."""
_worlds: dict[Application, World] = {}
"""The world that stands in it."""
_free: list[str] = []
"""Names of databases that nobody uses now."""
_numbers = count()


@cache
def _pools(url: URL) -> tuple[Engine, Engine]:
    """The application's pool on a database, and its superuser's."""
    return open_engine(url.set(username="clais_app")), create_engine(url)


@contextmanager
def _server(superuser: Engine) -> Iterator[Connection]:
    engine = create_engine(superuser.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@contextmanager
def _copied(superuser: Engine, template: str) -> Iterator[tuple[Engine, Engine]]:
    """A fresh copy of a database: the pools on it."""
    need_copies()
    name = _free.pop() if _free else f"clais_fault_{os.getpid()}_{next(_numbers)}"
    pools = _pools(superuser.url.set(database=name))
    with _server(superuser) as connection:
        connection.execute(text("SELECT pg_advisory_lock(726173)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"))
        connection.execute(text("SELECT pg_advisory_unlock(726173)"))
        close_to_others(connection, name)
    try:
        yield pools
    finally:
        for pool in pools:
            pool.dispose()
        with _server(superuser) as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        _free.append(name)


NAMED = "quote_ident(p.policyname) || ' ON ' || quote_ident(p.tablename)"
DROPPED = f"EXECUTE 'DROP POLICY ' || {NAMED};"


def _each_policy(which: str, what: str) -> str:
    """SQL that does something with each policy `p`."""
    return (
        f"DO $$ DECLARE p record; BEGIN FOR p IN SELECT * FROM pg_policies WHERE {which} LOOP {what} END LOOP; END $$;"
    )


def instead(table: str, command: str, using: str = "", check: str = "") -> str:
    """SQL that puts one policy in the place of all those that a table has for a command, or, for ALL, of all it has."""
    which = f"tablename = '{table}'" + ("" if command == "ALL" else f" AND cmd = '{command}'")
    rules = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    return f"{_each_policy(which, DROPPED)}CREATE POLICY planted ON {table} FOR {command} TO clais_app{rules};"


PERMISSIVE = _each_policy(
    "permissive = 'RESTRICTIVE'",
    f"{DROPPED} EXECUTE 'CREATE POLICY ' || {NAMED} || ' FOR ' || p.cmd || ' TO clais_app'"
    " || coalesce(' USING (' || p.qual || ')', '') || coalesce(' WITH CHECK (' || p.with_check || ')', '');",
)
"""SQL that makes every policy permissive, as the shards of a cluster are given them."""


@contextmanager
def transaction_of(member: Member, fault: tuple[Engine, str] | None = None) -> Iterator[Connection]:
    """A transaction of someone at work, in which a refusal may be met.

    With a fault, which is a superuser's engine and SQL, it is planted first, and nothing of either stays: for what one
    statement shows this takes a tenth of what a copy of the database does.
    """
    if fault is None:
        with member.at_work() as session:
            yield session.connection()
        return
    superuser, planted = fault
    with superuser.connect() as connection:
        connection.exec_driver_sql(planted)
        connection.exec_driver_sql(f"SET LOCAL ROLE clais_app; {member.scope.statements()}")
        yield connection
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        connection.rollback()


@contextmanager
def faulty_database(superuser: Engine, fault: str, template: str = TEMPLATE) -> Iterator[tuple[Engine, Engine]]:
    """A fresh database with `fault` (SQL) planted: the application's pool on it, and its superuser's."""
    with _copied(superuser, template) as (application, owner):
        with owner.begin() as connection:
            connection.exec_driver_sql(fault)
        yield application, owner


def _furnish(app: Application, superuser: Engine) -> World:
    """Write the world that is copied from then on."""
    with _copied(superuser, TEMPLATE) as pools:
        application, owner = pools
        world = World(Federation(app, application), owner)
        for pool in pools:
            pool.dispose()
        with _server(superuser) as connection:
            connection.execute(text(f"ALTER DATABASE {owner.url.database} RENAME TO {FURNISHED}"))
    return world


def forget(superuser: Engine) -> None:
    """Drop the database that worlds were copied from."""
    if _worlds:
        _worlds.clear()
        with _server(superuser) as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {FURNISHED} WITH (FORCE)"))


@contextmanager
def faulty_world(app: Application, superuser: Engine, fault: str) -> Iterator[World]:
    """A world in a database with `fault` planted. Only its sessions are used: pages are of `app`'s own."""
    if app not in _worlds:
        _worlds[app] = _furnish(app, superuser)
    with faulty_database(superuser, fault, FURNISHED) as (application, owner):
        yield _worlds[app].copied(application, owner)


@contextmanager
def faulty_site(app: Application, superuser: Engine, fault: str) -> Iterator[World]:
    """A world in a database with `fault` planted, from which `app` serves its pages too as long as it lasts."""
    sound = app.extensions["clais"]
    with faulty_world(app, superuser, fault) as broken:
        app.extensions["clais"] = replace(sound, engine=broken.engine)
        try:
            yield broken
        finally:
            app.extensions["clais"] = sound
