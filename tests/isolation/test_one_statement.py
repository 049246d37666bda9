"""Depth behind an injection: whoever could run one SQL statement of their own, in a scope, stays in that scope."""

import secrets
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from psycopg import Error
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DatabaseError, ProgrammingError

from clais.clock import now
from clais.database import NIL, Scope, new_id
from migrations.protection_v1 import CREDENTIAL, EMAIL, OWN, USER
from tests.isolation.catalogue import faulty_database, instead
from tests.support.federation import Federation, Member
from tests.support.referrals import a_person

REFUSED = {
    "another scope inside a query": "SELECT set_config('app.tenant_id', gen_random_uuid()::text, true)",
    "another scope through a view": "UPDATE pg_settings SET setting = 'x' WHERE name = 'app.tenant_id'",
    "a program": "DO $$ BEGIN SET LOCAL app.administers = 'yes'; END $$",
    "a scope for ever": "ALTER ROLE clais_app SET app.tenant_id = 'x'",
    "above row security": "ALTER ROLE clais_app BYPASSRLS",
    "another role": "SET ROLE clais_owner",
    "another user": "SET SESSION AUTHORIZATION postgres",
    "without triggers": "SET session_replication_role = replica",
    "a temporary table": "CREATE TEMPORARY TABLE person (id uuid)",
    "a table": "CREATE TABLE planted (id uuid)",
    "a schema": "CREATE SCHEMA planted",
    "a function": "CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "an extension": "CREATE EXTENSION dblink",
    "a policy": "CREATE POLICY more ON person USING (true)",
    "row security off": "ALTER TABLE person DISABLE ROW LEVEL SECURITY",
    "emptied": "TRUNCATE person",
    "a file read": "SELECT pg_read_file('/etc/passwd')",
    "a folder read": "SELECT pg_ls_dir('.')",
    "a file written": "COPY (SELECT 1) TO '/tmp/planted'",
    "a file loaded": "COPY note FROM '/etc/passwd'",
    "a command": "COPY (SELECT 1) TO PROGRAM 'true'",
    "a library": "LOAD 'auto_explain'",
    "a large object": "SELECT lo_create(0)",
    "a large object of bytes": "SELECT lo_from_bytea(0, 'x')",
    "a large object read": "SELECT lo_get(1)",
    "a file as a large object": "SELECT lo_import('/etc/passwd')",
    "the end of others": "SELECT pg_terminate_backend(pid) FROM pg_locks",
    "the end of what others ask": "SELECT pg_cancel_backend(pid) FROM pg_locks",
    "what others ask": "SELECT query FROM pg_stat_activity",
    "what one other asks": "SELECT pg_stat_get_backend_activity(1)",
    "a lock without end": "SELECT pg_advisory_lock(1)",
    "the journal": "SELECT pg_logical_emit_message(true, 'a', 'b')",
    "the settings of the server": "SELECT pg_reload_conf()",
    "hashes of passwords": "SELECT rolpassword FROM pg_authid",
    "rules of admission": "SELECT * FROM pg_hba_file_rules",
    "a query in a query": "SELECT query_to_xml($q$SELECT set_config('app.x', 'yes', true)$q$, true, true, '')",
}
"""What would lead out of the scope, or let one place hold up or watch the others."""
NOTHING_FOUND = {
    "statistics of values": "SELECT 1 FROM pg_stats JOIN pg_class ON relname = tablename AND relrowsecurity",
    "without row security": "SELECT 1 FROM person",
}
"""What is allowed and shows nothing of what lies under row security."""


def run_as(engine: Engine, scope: Scope, statement: str) -> str:
    """What the server says to one statement, past what our driver refuses: refused, or how many rows."""
    with engine.execution_options(scope=scope).connect() as connection, connection.begin() as transaction:
        try:
            cursor = connection.connection.cursor()
            cursor.execute(statement)
            return f"{len(cursor.fetchall()) if cursor.description else cursor.rowcount} rows"
        except Error as error:
            return "refused" if isinstance(error, InsufficientPrivilege) else f"failed: {error}"
        finally:
            transaction.rollback()


@pytest.fixture(scope="module")
def agent(app: object, engine: Engine) -> Member:
    return Federation(app, engine).agent()  # type: ignore[arg-type]


@pytest.mark.parametrize("name", REFUSED)
def test_one_statement_leads_out_of_its_scope_by_no_tool_of_the_server(
    name: str, engine: Engine, agent: Member
) -> None:
    assert run_as(engine, agent.scope, REFUSED[name]) == "refused"


@pytest.mark.parametrize("name", NOTHING_FOUND)
def test_what_is_allowed_shows_nothing(name: str, engine: Engine, superuser: Engine, agent: Member) -> None:
    a_person(agent)
    with superuser.begin() as connection:
        connection.exec_driver_sql("ANALYZE person")
        assert connection.exec_driver_sql(NOTHING_FOUND[name]).all(), "whoever is above row security sees it"
    assert run_as(engine, Scope(tenant_id=new_id()), NOTHING_FOUND[name]) == "0 rows"


TWINS = {
    "another scope inside a query": "GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC",
    "a program": "GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC",
    "a table": "GRANT CREATE ON SCHEMA public TO clais_app",
    "a large object": "GRANT EXECUTE ON FUNCTION lo_create(oid) TO PUBLIC",
    "what others ask": "GRANT EXECUTE ON FUNCTION pg_stat_get_activity(int) TO PUBLIC",
    "a lock without end": "GRANT EXECUTE ON FUNCTION pg_advisory_lock(bigint) TO PUBLIC",
    "emptied": "GRANT TRUNCATE ON ALL TABLES IN SCHEMA public TO clais_app",
}


def test_a_tool_that_was_left_open_is_found(superuser: Engine, agent: Member) -> None:
    emptied = {"emptied": "TRUNCATE recently_opened"}
    with faulty_database(superuser, ";".join(TWINS.values())) as (application, _owner):
        outcomes = {name: run_as(application, agent.scope, (REFUSED | emptied)[name]) for name in TWINS}
    assert [name for name, outcome in outcomes.items() if outcome == "refused"] == []


def test_a_temporary_table_is_possible_where_the_database_was_left_open(superuser: Engine, agent: Member) -> None:
    with faulty_database(superuser, "SELECT 1") as (application, owner):
        with owner.begin() as connection:
            connection.exec_driver_sql(f'GRANT TEMPORARY ON DATABASE "{owner.url.database}" TO PUBLIC')
        assert run_as(application, agent.scope, REFUSED["a temporary table"]) != "refused"


@pytest.mark.parametrize("values", [{}, {"one": 1}])
def test_two_statements_do_not_go_as_one(engine: Engine, agent: Member, values: dict[str, int]) -> None:
    """Without values the driver would send both; with values the server refuses them."""
    first = "SELECT CAST(:one AS int)" if values else "SELECT 1"
    with engine.execution_options(scope=agent.scope).connect() as connection, pytest.raises(ProgrammingError):
        connection.execute(text(f"{first}; SET LOCAL app.administers = 'yes'"), values)


def test_without_our_driver_two_statements_go_as_one(superuser: Engine) -> None:
    with superuser.connect() as connection:
        connection.execute(text("SELECT 1; SET LOCAL app.administers = 'yes'"))
        assert connection.execute(text("SHOW app.administers")).scalar_one() == "yes"


SESSION = (
    "INSERT INTO user_session (token_hash, user_id, active_tenant_id, membership_id, role, display_name, language,"
    " assurance_level, created_at, last_seen_at, expires_at)"
    " VALUES (:token, :user, :tenant, :membership, :role, 'x', 'fr', 1, :moment, :moment, :end)"
)
TOKEN = (
    "INSERT INTO api_token (token_hash, user_id, active_tenant_id, membership_id, role, label, permissions, created_at,"
    " expires_at) VALUES (:token, :user, :tenant, :membership, :role, 'x', '{}', :moment, :end)"
)
ACCOUNT = (
    "INSERT INTO user_account (id, email, email_hash, display_name, language, administers, created_at, updated_at)"
    " VALUES (:user, 'x@example.be', :token, 'x', 'fr', true, :moment, :moment)"
)
RESET = (
    "INSERT INTO password_reset (token_hash, user_id, browser_hash, created_at, expires_at)"
    " VALUES (:token, :user, :token, :moment, :end)"
)
INVITATION = (
    "INSERT INTO invitation (token_hash, user_id, created_at, expires_at) VALUES (:token, :user, :moment, :end)"
)
RECORD = (
    "INSERT INTO audit_event (tenant_id, id, happened_at, user_id, membership_id, actor_name, verb, subject_type,"
    " subject_id, details)"
    " VALUES (:tenant, gen_random_uuid(), :moment, :user, :membership, 'x', 'people.listed', 'list', :user, '{}')"
)
Forgery = Callable[[Member, Member], tuple[str, dict[str, object], Scope]]


def forged(who: Member, **values: object) -> dict[str, object]:
    """The values of a forged row: those of `who`'s own place unless told."""
    return {
        "token": secrets.token_bytes(32),
        "user": who.membership.user_id,
        "tenant": who.tenant.id,
        "membership": who.membership.id,
        "role": who.membership.role,
        "moment": now(),
        "end": now() + timedelta(hours=1),
    } | values


def in_another_place(me: Member, other: Member) -> tuple[str, dict[str, object], Scope]:
    return SESSION, forged(me, tenant=other.tenant.id, membership=other.membership.id), me.scope


def as_an_administrator(me: Member, _other: Member) -> tuple[str, dict[str, object], Scope]:
    return SESSION, forged(me, tenant=NIL, membership=NIL, role="federation_admin"), me.scope


def as_someone_else(me: Member, other: Member) -> tuple[str, dict[str, object], Scope]:
    row = forged(me, user=other.membership.user_id, tenant=NIL, membership=NIL, role="")
    return SESSION, row, Scope(credential_hash=row["token"])  # type: ignore[arg-type]


def by_a_token_elsewhere(me: Member, other: Member) -> tuple[str, dict[str, object], Scope]:
    return TOKEN, forged(me, tenant=other.tenant.id, membership=other.membership.id), me.scope


def by_a_token_of_an_administrator(me: Member, _other: Member) -> tuple[str, dict[str, object], Scope]:
    return TOKEN, forged(me, role="federation_admin"), me.scope


def by_a_new_administrator(me: Member, _other: Member) -> tuple[str, dict[str, object], Scope]:
    row = forged(me, user=new_id())
    return ACCOUNT, row, Scope(tenant_id=me.tenant.id, email_hash=row["token"])  # type: ignore[arg-type]


def by_a_new_password_of_someone_else(me: Member, other: Member) -> tuple[str, dict[str, object], Scope]:
    row = forged(me, user=other.membership.user_id)
    return RESET, row, Scope(credential_hash=row["token"])  # type: ignore[arg-type]


def by_an_invitation_of_someone_else(me: Member, other: Member) -> tuple[str, dict[str, object], Scope]:
    row = forged(me, user=other.membership.user_id)
    return INVITATION, row, Scope(credential_hash=row["token"])  # type: ignore[arg-type]


def by_a_record_in_the_name_of_a_colleague(me: Member, other: Member) -> tuple[str, dict[str, object], Scope]:
    row = forged(me, user=other.membership.user_id, membership=other.membership.id)
    return RECORD, row, me.scope


def by_a_record_of_nobody_as_a_colleague(me: Member, other: Member) -> tuple[str, dict[str, object], Scope]:
    row = forged(me, user=NIL, membership=other.membership.id)
    return RECORD, row, me.scope


def by_a_record_of_a_transaction_to_come(me: Member, _other: Member) -> tuple[str, dict[str, object], Scope]:
    """No seal would ever cover it."""
    row = forged(me, user=me.membership.user_id, membership=me.membership.id)
    numbered = RECORD.replace("details)", "details, transaction_id)").replace("'{}')", "'{}', '9000000000000000000')")
    return numbered, row, me.scope


FORGERIES: list[Forgery] = [
    in_another_place, as_an_administrator, as_someone_else, by_a_token_elsewhere, by_a_token_of_an_administrator,
    by_a_new_administrator, by_a_new_password_of_someone_else, by_an_invitation_of_someone_else,
    by_a_record_in_the_name_of_a_colleague, by_a_record_of_nobody_as_a_colleague, by_a_record_of_a_transaction_to_come,
]  # fmt: skip
SECRET = f"user_id = {USER} OR token_hash = {CREDENTIAL}"
FLOORS = {
    "user_account": f"id = {USER} OR email_hash = {EMAIL}",
    **dict.fromkeys(("user_session", "api_token", "password_reset", "invitation"), SECRET),
    "audit_event": OWN,
}
"""What else a new row must be: its own person's, or of the secret that is known."""


def outcome(engine: Engine, statement: str, values: dict[str, object], scope: Scope) -> str:
    with engine.execution_options(scope=scope).connect() as connection:
        try:
            connection.execute(text(statement), values)
        except DatabaseError as error:
            return "refused" if isinstance(error.orig, InsufficientPrivilege) else f"failed: {error.orig}"
        finally:
            connection.rollback()
    return "written"


@pytest.mark.parametrize("forge", FORGERIES)
def test_no_row_is_forged_that_opens_another_place_or_another_person(forge: Forgery, federation: Federation) -> None:
    assert outcome(federation.engine, *forge(federation.agent(), federation.other_agent())) == "refused"


def test_without_their_floor_each_of_these_rows_is_written(superuser: Engine, federation: Federation) -> None:
    """So each is refused for what it opens, and for nothing else."""
    fault = "".join(instead(table, "INSERT", check=floor) for table, floor in FLOORS.items())
    fault += "GRANT INSERT ON audit_event TO clais_app"
    with faulty_database(superuser, fault) as (application, _owner):
        broken = Federation(federation.app, application)
        me, other = broken.agent(), broken.other_agent()
        assert {forge.__name__: outcome(application, *forge(me, other)) for forge in FORGERIES} == {
            forge.__name__: "written" for forge in FORGERIES
        }


@pytest.fixture
def own_session(federation: Federation) -> Iterator[Connection]:
    agent = federation.agent()
    agent.browser()
    with federation.engine.execution_options(scope=agent.scope).connect() as connection:
        yield connection
        connection.rollback()


@pytest.mark.parametrize("change", ["role = 'federation_admin'", "active_tenant_id = gen_random_uuid()",
                                    "user_id = gen_random_uuid()", "expires_at = 'infinity'"])  # fmt: skip
def test_a_session_stays_what_it_is(own_session: Connection, change: str) -> None:
    with pytest.raises(ProgrammingError) as refusal:
        own_session.execute(text(f"UPDATE user_session SET {change}"))
    assert isinstance(refusal.value.orig, InsufficientPrivilege)


def test_a_session_says_when_it_was_last_seen(own_session: Connection) -> None:
    assert own_session.execute(text("UPDATE user_session SET last_seen_at = now()")).rowcount >= 1
