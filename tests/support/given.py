"""A database that the run is given instead of making its own: that of a cluster, which is copied by nobody.

CLAIS_TEST_DATABASE_URL is a superuser's URL of it. It is upgraded, all processes of the run share it, and it stays. A
test that plants a fault in a copy is skipped, and says so.
"""

import os

import pytest
from sqlalchemy import create_engine, make_url, text

from clais.database.driver import DRIVER
from clais.database.roles import close_to_others
from clais.database.upgrade import upgrade
from config.distribution import distribute_new_tables

GIVEN = os.environ.get("CLAIS_TEST_DATABASE_URL")
LOCK = 726173


def need_copies() -> None:
    """Skip the test where databases are not copied."""
    if GIVEN:
        pytest.skip("the database of CLAIS_TEST_DATABASE_URL is not copied, and no fault is planted in it")


def prepare(url: str) -> None:
    """Bring the given database up to date; of the processes of a run one does, the others wait."""
    engine = create_engine(make_url(url).set(drivername=DRIVER), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        upgrade(url)
        distribute_new_tables(url, print)
        close_to_others(connection, str(engine.url.database))
        connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
    engine.dispose()
