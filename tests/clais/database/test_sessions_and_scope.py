"""What a session is bound to for life, what a scope may say to the server, and what an error may not."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from clais.database import NIL, Scope, ScopedSession, new_id, open_engine, unit_of_work
from clais.registry.models import Partner
from tests.support.federation import Federation

SECRET = "Marchetti, née à Namur"


def a_partner(name: str = "CPAS") -> Partner:
    return Partner(name=name, kind="cpas")


def test_a_new_row_is_the_tenants_at_work(federation: Federation) -> None:
    with federation.agent().at_work() as session:
        row = a_partner()
        session.add(row)
        session.flush()
        assert row.tenant_id == federation.platform.id


def test_a_row_that_names_another_tenant_is_refused(federation: Federation) -> None:
    with ScopedSession(federation.engine, Scope(tenant_id=federation.platform.id)) as session:
        row = a_partner()
        row.tenant_id = federation.other_platform.id
        session.add(row)
        with pytest.raises(DBAPIError, match="row-level security"):
            session.flush()


def test_two_sessions_share_no_object(federation: Federation) -> None:
    with federation.agent().at_work() as session:
        row = a_partner()
        session.add(row)
    with ScopedSession(federation.engine, Scope(tenant_id=federation.other_platform.id)) as session:
        assert session.get(Partner, (federation.platform.id, row.id)) is None
        assert session.scalars(select(Partner)).all() == []


def test_a_failed_unit_of_work_leaves_nothing(federation: Federation) -> None:
    scope = Scope(tenant_id=federation.platform.id)

    def fail() -> None:
        with unit_of_work(federation.engine, scope) as session:
            session.add(a_partner("Jamais"))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with ScopedSession(federation.engine, scope) as session:
        assert session.scalars(select(Partner)).all() == []


def test_the_second_of_two_editors_does_not_overwrite(federation: Federation) -> None:
    member = federation.agent()
    with member.at_work() as session:
        row = a_partner()
        session.add(row)
    key = (federation.platform.id, row.id)
    with (
        ScopedSession(federation.engine, member.scope) as first,
        ScopedSession(federation.engine, member.scope) as second,
    ):
        one, two = first.get_one(Partner, key), second.get_one(Partner, key)
        one.name = "ALE"
        first.commit()
        two.name = "FOREM"
        with pytest.raises(StaleDataError):
            second.commit()


def test_errors_hide_what_was_written(federation: Federation) -> None:
    with ScopedSession(federation.engine, Scope(tenant_id=federation.platform.id)) as session:
        row = a_partner(SECRET)
        session.add(row)
        session.flush()
        session.expunge(row)
        again = a_partner(SECRET)
        again.id = row.id
        session.add(again)
        with pytest.raises(IntegrityError) as error:
            session.flush()
        assert SECRET not in str(error.value).partition("[SQL")[2]


@given(st.text())
def test_a_scope_takes_no_text_for_an_id(value: str) -> None:
    try:
        UUID(value)
    except ValueError:
        with pytest.raises(ValueError):  # noqa: PT011 - whatever it is, it is no identifier
            Scope(tenant_id=value).statements()  # type: ignore[arg-type]


@given(st.uuids(), st.uuids(), st.uuids(), st.binary(max_size=32), st.binary(max_size=32), st.booleans())
def test_a_scope_says_plain_literals_only(
    tenant: UUID, basin: UUID, user: UUID, email: bytes, credential: bytes, administers: bool
) -> None:
    said = Scope(tenant, basin, user, email, credential, administers).statements()
    assert [part.partition(" = ")[0] for part in said.split(";")] == [
        f"SET LOCAL app.{name}"
        for name in ("tenant_id", "basin_id", "user_id", "email_hash", "credential_hash", "administers")
    ]
    assert said.count("'") == 12


def test_the_scope_is_open_for_core_too(federation: Federation, engine: Engine) -> None:
    scope = Scope(tenant_id=federation.platform.id, administers=False)
    with engine.execution_options(scope=scope).connect() as connection:
        assert connection.execute(text("SELECT current_setting('app.tenant_id')")).scalar_one() == str(scope.tenant_id)


def test_someone_without_a_tenant_sees_no_record(federation: Federation) -> None:
    with federation.agent().at_work() as session:
        session.add(a_partner())
    with ScopedSession(federation.engine, Scope()) as session:
        assert session.scope.tenant_id == NIL
        assert session.scalars(select(Partner)).all() == []


def test_a_statement_cannot_run_for_ever(engine: Engine) -> None:
    with engine.connect() as connection:
        settings = {
            name: connection.execute(text(f"SHOW {name}")).scalar_one()
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "TimeZone")
        }
    assert "0" not in settings.values()
    assert settings["TimeZone"] == "UTC"


def test_keys_grow_with_time() -> None:
    keys = [new_id() for _ in range(1000)]
    assert len(set(keys)) == len(keys)
    assert {key.version for key in keys} == {7}
    assert keys == sorted(keys)


def test_connections_that_died_in_the_pool_are_replaced_and_nobody_notices(
    federation: Federation, superuser: Engine
) -> None:
    engine = open_engine(federation.engine.url)
    scope = Scope(tenant_id=federation.platform.id)
    sessions = [ScopedSession(engine, scope) for _number in range(3)]
    backends = [session.scalar(text("SELECT pg_backend_pid()")) for session in sessions]
    for session in sessions:
        session.close()
    try:
        with superuser.connect() as other:
            for backend in backends:
                other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
        for _time in range(3):
            with unit_of_work(engine, scope) as session:
                assert session.scalar(text("SELECT current_setting('app.tenant_id')")) == str(federation.platform.id)
    finally:
        engine.dispose()


def test_a_server_that_is_away_is_the_error_that_the_pages_know(federation: Federation) -> None:
    engine = open_engine(federation.engine.url.update_query_dict({"host": "/nowhere"}))
    with pytest.raises(OperationalError), unit_of_work(engine, Scope()) as session:
        session.scalar(text("SELECT 1"))
