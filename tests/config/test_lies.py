"""The doctor tells the truth: the database is what the migrations make, and each thing that is not is a fault."""

import pytest
from sqlalchemy import Engine

from clais.database import Scope
from config.diagnosis import schema
from config.diagnosis.differences import Difference, differences
from config.diagnosis.finding import ATTENTION, FAULT, OK
from config.diagnosis.picture import expected, picture
from tests.isolation.catalogue import faulty_database

OWN = "tenant_id = current_setting('app.tenant_id')::uuid"
TRIGGERED = "suppress_redundant_updates_trigger"
ALTERED = "ALTER EXTENSION pg_stat_statements"
ALLOWED = f"CREATE EXTENSION pg_stat_statements; {ALTERED}"
INFO = "pg_stat_statements_info"
IN_ITS_PLACE = f"CREATE VIEW {INFO} AS SELECT rolname AS dealloc, rolpassword AS stats_reset FROM pg_authid"
ELSEWHERE = "CREATE FUNCTION planted() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
GIVEN_AWAY = "BEGIN EXECUTE ''ALTER DATABASE '' || current_database() || '' OWNER TO planted''; END"
SET_FOR_ALL = "BEGIN EXECUTE ''ALTER DATABASE '' || current_database() || '' SET"
SYSTEM = "SET LOCAL allow_system_table_mods = on"
REPLACED = (
    "CREATE OR REPLACE VIEW pg_catalog.pg_group AS"
    ' SELECT family_name::name COLLATE "C" AS groname, 1::oid AS grosysid, ARRAY[]::oid[] AS grolist FROM public.person'
)
TOAST_OPENED = (
    "BEGIN EXECUTE (SELECT ''GRANT SELECT ON '' || reltoastrelid::regclass || '' TO clais_app''"
    " FROM pg_class WHERE oid = ''note''::regclass); END"
)
LIES = {
    "a policy for all": ("CREATE POLICY more ON person TO clais_app USING (true)", "policy person.more"),
    "a policy replaced": ("ALTER POLICY own ON note USING (true)", "policy note.own"),
    "a policy replaced by half": ("ALTER POLICY own ON note WITH CHECK (true)", "policy note.own"),
    "a policy for everyone": ("ALTER POLICY own ON note TO PUBLIC", "policy note.own"),
    "a lenient scope": (
        "ALTER POLICY floor ON note USING (tenant_id = current_setting('app.tenant_id', true)::uuid)",
        "policy note.floor",
    ),
    "a dropped floor": ("DROP POLICY floor ON person", "policy person.floor"),
    "a floor that permits": (
        f"DROP POLICY floor ON person; CREATE POLICY floor ON person TO clais_app USING ({OWN})",
        "policy person.floor",
    ),
    "row security off": ("ALTER TABLE person DISABLE ROW LEVEL SECURITY", "table person"),
    "row security not for the owner": ("ALTER TABLE person NO FORCE ROW LEVEL SECURITY", "table person"),
    "a table of nobody's": ("CREATE TABLE forgotten (tenant_id uuid, id uuid)", "table forgotten"),
    "an heir": ("CREATE TABLE heir () INHERITS (person)", "inheritance heir"),
    "a superuser's view": ("CREATE VIEW planted AS SELECT * FROM person", "view planted"),
    "a materialised view": ("CREATE MATERIALIZED VIEW planted AS SELECT * FROM person", "materialized view planted"),
    "a view elsewhere": (
        "CREATE SCHEMA aside; CREATE VIEW aside.planted AS SELECT * FROM person", "view aside.planted",
    ),
    "a function of its owner": (
        "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM person'",
        "function planted()",
    ),
    "a function beside the server's": (
        "CREATE FUNCTION pg_catalog.planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1::bigint'",
        "function planted()",
    ),
    "a trigger": (
        f"CREATE TRIGGER planted BEFORE UPDATE ON person FOR EACH ROW EXECUTE FUNCTION {TRIGGERED}()",
        "trigger person.planted",
    ),
    "a rule": ("CREATE RULE planted AS ON DELETE TO note DO INSTEAD NOTHING", "rule note.planted"),
    "foreign keys asleep": ("ALTER TABLE note DISABLE TRIGGER ALL", "foreign keys ON note"),
    "a foreign server": (
        "CREATE EXTENSION postgres_fdw; CREATE SERVER outside FOREIGN DATA WRAPPER postgres_fdw", "server outside",
    ),
    "an extension": ("CREATE EXTENSION dblink", "extension dblink"),
    "a publication": ("CREATE PUBLICATION everything FOR ALL TABLES", "publication everything"),
    "a large object": ("SELECT lo_create(726173)", "large object 726173"),
    "another owner": ("ALTER TABLE person OWNER TO clais_app", "table person"),
    "a superuser as owner": ("ALTER TABLE person OWNER TO CURRENT_USER", "table person"),
    "truncate": ("GRANT TRUNCATE ON person TO clais_app", "grant ON TABLE person TO clais_app"),
    "the public": ("GRANT SELECT ON person TO PUBLIC", "grant ON TABLE person TO PUBLIC"),
    "a column": ("GRANT UPDATE (administers) ON user_account TO clais_app", "grant ON TABLE user_account TO clais_app"),
    "a right taken": ("REVOKE INSERT ON note FROM clais_app", "grant ON TABLE note TO clais_app"),
    "another role": ("CREATE ROLE planted; GRANT SELECT ON person TO planted", "grant ON TABLE person TO planted"),
    "making tables": ("GRANT CREATE ON SCHEMA public TO clais_app", "grant ON SCHEMA public TO clais_app"),
    "the public in the schema": ("GRANT CREATE ON SCHEMA public TO PUBLIC", "grant ON SCHEMA public TO PUBLIC"),
    "rights to come": (
        "ALTER DEFAULT PRIVILEGES FOR ROLE clais_owner GRANT SELECT ON TABLES TO PUBLIC",
        "default privileges of clais_owner on r",
    ),
    "files of the server": (
        "GRANT EXECUTE ON FUNCTION pg_read_file(text) TO clais_app",
        "grant ON FUNCTION pg_read_file(text) TO clais_app",
    ),
    "hashes of the server": ("GRANT SELECT ON pg_authid TO clais_app", "grant ON TABLE pg_authid TO clais_app"),
    "what the planner knows": (
        "GRANT SELECT (starelid, staattnum, stavalues1) ON pg_statistic TO clais_app",
        "grant ON TABLE pg_statistic TO clais_app",
    ),
    "a column of the server": (
        "GRANT SELECT (rolpassword) ON pg_authid TO PUBLIC", "grant ON TABLE pg_authid TO PUBLIC",
    ),
    "a view that an extension hides": (
        "CREATE VIEW planted AS SELECT * FROM person; ALTER EXTENSION plpgsql ADD VIEW planted", "view planted",
    ),
    "a view that another extension hides": (
        f"CREATE VIEW planted AS SELECT * FROM person; {ALLOWED} ADD VIEW planted", "view planted",
    ),
    "a copy that an extension hides": (
        f"CREATE TABLE planted AS SELECT * FROM person; {ALLOWED} ADD TABLE planted", "table planted",
    ),
    "a function that an extension hides": (
        f"{ELSEWHERE}; {ALLOWED} ADD FUNCTION planted()",
        "function planted()",
    ),
    "what the planner knows, through a view that an extension hides": (
        f"CREATE VIEW planted AS SELECT stavalues1::text FROM pg_statistic; {ALLOWED} ADD VIEW planted", "view planted",
    ),
    "hashes, through a view that an extension hides": (
        f"CREATE VIEW planted AS SELECT rolname, rolpassword FROM pg_authid; {ALLOWED} ADD VIEW planted",
        "view planted",
    ),
    "a view of an extension that reads something else": (
        f"{ALLOWED} DROP VIEW {INFO}; DROP VIEW {INFO}; {IN_ITS_PLACE}; {ALTERED} ADD VIEW {INFO}", f"view {INFO}",
    ),
    "a function of its caller that an extension hides": (
        f"CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'; {ALLOWED} ADD FUNCTION planted()",
        "function planted()",
    ),
    "a domain that an extension hides": (f"CREATE DOMAIN planted AS int; {ALLOWED} ADD DOMAIN planted", "domain"),
    "a view of the server replaced": (f"{SYSTEM}; {REPLACED}", "changed view pg_group"),
    "a view beside the toast": (f"{SYSTEM}; CREATE VIEW pg_toast.planted AS SELECT 1", "view pg_toast.planted"),
    "a view in a schema that sounds temporary": (
        f"{SYSTEM}; CREATE SCHEMA pg_temporary; CREATE VIEW pg_temporary.planted AS SELECT 1",
        "view pg_temporary.planted",
    ),
    "long texts beside their table": (
        f"{SYSTEM}; DO '{TOAST_OPENED}'", "grant ON TABLE pg_toast of note TO clais_app",
    ),
    "making things beside the server's": (
        "GRANT CREATE ON SCHEMA pg_catalog TO clais_app", "grant ON SCHEMA pg_catalog TO clais_app",
    ),
    "making things in the standard's views": (
        "GRANT CREATE ON SCHEMA information_schema TO PUBLIC", "grant ON SCHEMA information_schema TO PUBLIC",
    ),
    "all in the toast": ("GRANT ALL ON SCHEMA pg_toast TO clais_app", "grant ON SCHEMA pg_toast TO clais_app"),
    "room on the disk": (
        "GRANT CREATE ON TABLESPACE pg_default TO clais_app", "grant ON TABLESPACE pg_default TO clais_app",
    ),
    "a domain": ("CREATE DOMAIN planted AS int", "domain public.planted"),
    "a type": ("CREATE TYPE planted AS ENUM ('one')", "type public.planted"),
    "statistics": ("CREATE STATISTICS planted ON family_name, given_names FROM person", "statistics public.planted"),
    "a collation": (
        "CREATE COLLATION planted (provider = libc, locale = 'C')", "collation public.planted",
    ),
    "an operator": (
        "CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)", "operator public.===",
    ),
    "another reading of quotes": (
        f"DO '{SET_FOR_ALL} standard_conforming_strings = off''; END'", "setting standard_conforming_strings",
    ),
    "a scope of the database, from within": (
        f"DO '{SET_FOR_ALL} app.tenant_id = off''; END'", "setting app.tenant_id",
    ),
    "another place for defaults": (
        "ALTER ROLE clais_app SET default_tablespace = 'pg_global'", "setting default_tablespace of clais_app",
    ),
    "an application that soon comes in no more": (
        "ALTER ROLE clais_app VALID UNTIL '2000-01-01'", "validity of clais_app",
    ),
    "a schema of someone's": (
        "CREATE ROLE planted LOGIN; ALTER SCHEMA public OWNER TO planted", "schema public",
    ),
    "a schema of the application": ("ALTER SCHEMA public OWNER TO clais_app", "schema public"),
    "a database of someone's": (
        f"CREATE ROLE planted; DO '{GIVEN_AWAY}'",
        "database",
    ),
    "a subscription": (
        "CREATE SUBSCRIPTION planted CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect=false)",
        "subscription planted",
    ),
    "a function of the server replaced": (
        "CREATE OR REPLACE FUNCTION pg_catalog.current_setting(text) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1'",
        "changed function current_setting(text)",
    ),
    "a function of the server as its owner": (
        "ALTER FUNCTION pg_catalog.ts_stat(text) SECURITY DEFINER", "changed function ts_stat(text)",
    ),
    "a function of the server with a setting": (
        "ALTER FUNCTION pg_catalog.ts_stat(text) SET app.tenant_id = 'x'", "changed function ts_stat(text)",
    ),
    "the number of a transaction": (
        "GRANT INSERT ON audit_event TO clais_app", "grant ON TABLE audit_event TO clais_app",
    ),
    "above row security": ("ALTER ROLE clais_app BYPASSRLS", "role clais_app"),
    "an owner who comes in": ("ALTER ROLE clais_owner LOGIN", "role clais_owner"),
    "a member of the owner": ("GRANT clais_owner TO clais_app", "membership of clais_app in clais_owner"),
    "a member of one above row security": (
        "CREATE ROLE planted BYPASSRLS; GRANT planted TO clais_app", "membership of clais_app in planted",
    ),
    "a scope for ever": ("ALTER ROLE clais_app SET app.tenant_id = 'x'", "setting app.tenant_id of clais_app"),
    "a scope of the database": ("ALTER ROLE ALL SET app.tenant_id = 'x'", "setting app.tenant_id"),
    "a lost constraint": ("ALTER TABLE note DROP CONSTRAINT fk_note_tenant_id_person_id", "constraint note.fk_"),
    "a lost index": ("DROP INDEX ix_referral_inbox", "index ix_referral_inbox"),
    "a column of another type": ("ALTER TABLE note ALTER COLUMN note_class TYPE text", "column note.note_class"),
    "a column besides": ("ALTER TABLE note ADD COLUMN planted text", "column note.planted"),
}  # fmt: skip


def test_a_database_as_the_migrations_make_it_is_as_the_picture_says(superuser: Engine) -> None:
    """After a change of the migrations: `python -m config.checks.picture --write`."""
    with superuser.begin() as connection:
        assert differences(expected(), picture(connection)) == []


def test_the_application_itself_can_read_the_picture(engine: Engine) -> None:
    with engine.connect() as connection:
        assert [finding.level for finding in schema.as_migrated(connection)] == [OK]


def test_what_extensions_that_are_allowed_bring_is_no_difference(superuser: Engine) -> None:
    with superuser.connect() as connection:
        connection.exec_driver_sql("CREATE EXTENSION pg_stat_statements")
        assert differences(expected(), picture(connection)) == []
        connection.rollback()


def test_every_lie_is_a_fault_that_names_the_thing_and_what_to_do(superuser: Engine) -> None:
    """One database, one fault at a time, each undone by a rollback."""
    not_told = []
    with faulty_database(superuser, "SELECT 1") as (_application, owner), owner.connect() as connection:
        for name, (fault, thing) in LIES.items():
            connection.exec_driver_sql(fault)
            told = schema.as_migrated(connection)
            if not any(f.level == FAULT and f.text.startswith(thing) and f.advice for f in told):
                not_told.append((name, [finding.text for finding in told]))
            connection.rollback()
    assert not_told == []


MENDED = [
    "a policy for all", "a policy replaced", "a policy for everyone", "a dropped floor", "a floor that permits",
    "row security off", "row security not for the owner", "another owner", "truncate", "the public", "a column",
    "a right taken", "making tables", "above row security", "an owner who comes in", "a member of the owner",
    "foreign keys asleep", "a trigger", "a rule", "a schema of someone's", "the number of a transaction",
    "what the planner knows", "making things beside the server's", "all in the toast", "room on the disk", "a domain",
    "a type", "statistics", "an application that soon comes in no more",
]  # fmt: skip


def test_the_advice_mends_what_it_is_given_for(superuser: Engine) -> None:
    left = []
    with faulty_database(superuser, "SELECT 1") as (_application, owner), owner.connect() as connection:
        for name in MENDED:
            connection.exec_driver_sql(LIES[name][0])
            for difference in differences(expected(), picture(connection)):
                connection.exec_driver_sql(difference.repair().removeprefix("Cherchez qui l'a fait, puis : "))
            left += [(name, difference) for difference in differences(expected(), picture(connection))]
            connection.rollback()
    assert left == []


def test_what_the_application_can_destroy_shows_nothing_and_is_brought_back(superuser: Engine) -> None:
    """Of what one statement of its own can do to the guards, this is the worst: no server refuses it to a role."""
    with faulty_database(superuser, "SELECT 1") as (application, owner):
        with application.execution_options(scope=Scope()).begin() as connection:
            connection.exec_driver_sql("DROP OWNED BY clais_app")
        with application.execution_options(scope=Scope(administers=True)).connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM municipality").scalar_one() == 0
        with owner.begin() as connection:
            lost = differences(expected(), picture(connection))
            for difference in lost:
                connection.exec_driver_sql(difference.repair())
            assert differences(expected(), picture(connection)) == []
    assert {difference.kind for difference in lost} == {"policy"}


def test_what_the_migrations_do_not_make_is_removed_after_a_look_at_who_made_it() -> None:
    for line in ("view x", "materialized view x", "function f()", "extension dblink", "table x", "server x"):
        advice = Difference(line, None, "there").repair()
        assert advice.startswith("Cherchez qui l'a fait, puis : DROP")
    assert "sauvegarde" in Difference("column note.text", "text", None).repair()


@pytest.mark.parametrize(
    "fault",
    [
        "CREATE ROLE planted LOGIN BYPASSRLS",
        "CREATE ROLE planted LOGIN SUPERUSER",
        "CREATE ROLE planted LOGIN; GRANT clais_owner TO planted",
        "CREATE ROLE planted LOGIN; GRANT clais_app TO planted",
        "CREATE ROLE planted LOGIN; GRANT pg_read_all_data TO planted",
        "CREATE ROLE above BYPASSRLS; CREATE ROLE planted LOGIN; GRANT above TO planted",
    ],
)
def test_another_login_that_may_see_everything_is_a_fault_unless_its_keeper_knows_it(
    superuser: Engine, fault: str
) -> None:
    """Roles are shared by all databases of the server: the fault stays inside a transaction."""
    with superuser.connect() as connection:
        connection.exec_driver_sql(fault)
        finding = schema.logins(connection)
        assert (finding.level, "planted" in finding.text) == (FAULT, True)
        assert schema.logins(connection, {"planted"}).level == OK
        connection.rollback()


def test_rights_of_a_login_that_its_keeper_knows_are_no_fault(superuser: Engine) -> None:
    with superuser.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE planted LOGIN; GRANT SELECT ON person TO planted")
        assert [finding.level for finding in schema.as_migrated(connection, {"planted"})] == [OK]
        connection.rollback()


def test_tools_that_a_server_does_not_let_us_close_are_said(superuser: Engine) -> None:
    with superuser.connect() as connection:
        connection.exec_driver_sql("GRANT EXECUTE ON FUNCTION set_config(text, text, boolean) TO PUBLIC")
        connection.exec_driver_sql("GRANT USAGE ON LANGUAGE plpgsql TO PUBLIC")
        finding = schema.tools(connection)
        assert finding.level == ATTENTION
        assert "set_config(text,text,boolean), LANGUAGE plpgsql" in finding.text
        connection.rollback()


def test_an_empty_database_is_told_in_one_line(superuser: Engine) -> None:
    with superuser.connect() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        assert [finding.text for finding in schema.as_migrated(connection)] == ["Il n'y a pas de table."]
        connection.rollback()
