"""A rollback ends the transaction and its scope, and leaves what was prepared: the next page is not planned anew."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError

from clais.database import Scope, ScopedSession, open_engine, unit_of_work
from clais.registry.models import Partner
from tests.support.federation import Federation

ASKED = "SELECT count(*) FROM partner WHERE name <> :name"
OFTEN = 8


@pytest.fixture
def one(application_url: str) -> Iterator[Engine]:
    """A pool of one connection, so that all is asked of the same one."""
    engine = open_engine(application_url, pool_size=1)
    yield engine
    engine.dispose()


def prepared(engine: Engine, scope: Scope) -> int:
    with ScopedSession(engine, scope) as session:
        rows = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM partner WHERE name <>%'")
        return session.scalar(rows) or 0


def ask_often(engine: Engine, scope: Scope) -> None:
    for _ in range(OFTEN):
        with unit_of_work(engine, scope) as session:
            session.execute(text(ASKED), {"name": "x"})


def test_a_rollback_leaves_what_was_prepared(one: Engine, federation: Federation) -> None:
    scope = Scope(tenant_id=federation.platform.id)
    ask_often(one, scope)
    with ScopedSession(one, scope) as session:
        session.add(Partner(name="Jamais", kind="cpas"))
        session.flush()
        session.rollback()
    assert prepared(one, scope) == 1
    with ScopedSession(one, scope) as session:
        assert session.scalar(text(ASKED), {"name": "x"}) == 0, "and undoes the work all the same"


def test_the_stock_driver_forgets_it(federation: Federation, application_url: str) -> None:
    """The twin: what the house's driver is there for."""
    stock = create_engine(make_url(application_url).set(drivername="postgresql+psycopg"), pool_size=1, max_overflow=0)
    with stock.connect() as connection:
        connection.exec_driver_sql(Scope(tenant_id=federation.platform.id).statements())
        for _ in range(OFTEN):
            connection.execute(text(ASKED), {"name": "x"})
        rows = text("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM partner WHERE name <>%'")
        assert connection.scalar(rows) == 1
        connection.rollback()
        assert connection.scalar(rows) == 0
    stock.dispose()


def test_after_an_error_the_connection_serves_again(one: Engine, federation: Federation) -> None:
    scope = Scope(tenant_id=federation.platform.id)
    with pytest.raises(DBAPIError), ScopedSession(one, scope) as session:
        session.execute(text("SELECT 1 / 0"))
    with ScopedSession(one, scope) as session:
        assert session.scalar(text("SELECT current_setting('app.tenant_id')")) == str(federation.platform.id)


def test_after_a_migration_changed_a_column_the_next_page_is_served(
    one: Engine, federation: Federation, superuser: Engine
) -> None:
    scope = Scope(tenant_id=federation.platform.id)
    table = f"planted_{federation.tag}"
    with superuser.begin() as owner:
        owner.execute(text(f"CREATE TABLE {table} (name varchar(10)); GRANT SELECT ON {table} TO clais_app"))
    rows = text(f"SELECT * FROM {table} WHERE name <> :name")
    try:
        for _ in range(OFTEN):
            with unit_of_work(one, scope) as session:
                session.execute(rows, {"name": "x"}).all()
        with superuser.begin() as owner:
            owner.execute(text(f"ALTER TABLE {table} ALTER name TYPE varchar(333)"))
        with pytest.raises(DBAPIError), ScopedSession(one, scope) as session:
            session.execute(rows, {"name": "x"}).all()
        for _ in range(OFTEN):
            with ScopedSession(one, scope) as session:
                assert session.execute(rows, {"name": "x"}).all() == []
    finally:
        with superuser.begin() as owner:
            owner.execute(text(f"DROP TABLE {table}"))


def test_a_connection_that_was_cut_in_a_transaction_is_given_up(
    one: Engine, federation: Federation, superuser: Engine
) -> None:
    scope = Scope(tenant_id=federation.platform.id)
    with ScopedSession(one, scope) as session:
        process = session.scalar(text("SELECT pg_backend_pid()"))
        with superuser.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:process)"), {"process": process})
        with pytest.raises(OperationalError):
            session.scalar(text("SELECT 1"))
    with ScopedSession(one, scope) as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != process
