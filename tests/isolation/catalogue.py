"""A throw-away database in which a guard is broken, and what the server's catalogue says of every table."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import Engine, create_engine, text

from clais.database import open_engine
from clais.database.roles import close_to_others
from clais.web.routing import Application
from tests.conftest import TEMPLATE
from tests.isolation.world import World
from tests.support.federation import Federation


@contextmanager
def faulty_database(superuser: Engine, fault: str) -> Iterator[tuple[Engine, Engine]]:
    """A fresh database with `fault` (SQL) planted: the application's pool on it, and its superuser's."""
    url, name = superuser.url, f"clais_fault_{secrets.token_hex(5)}"
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(726173)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY"))
        connection.execute(text("SELECT pg_advisory_unlock(726173)"))
        close_to_others(connection, name)
    owner = create_engine(url.set(database=name))
    application = open_engine(url.set(database=name, username="clais_app"))
    try:
        with owner.begin() as connection:
            connection.exec_driver_sql(fault)
        yield application, owner
    finally:
        application.dispose()
        owner.dispose()
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@contextmanager
def faulty_world(app: Application, superuser: Engine, fault: str) -> Iterator[World]:
    """A world in a database with `fault` planted. Only its sessions are used: pages are of `app`'s own."""
    with faulty_database(superuser, fault) as (application, owner):
        yield World(Federation(app, application), owner)


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
