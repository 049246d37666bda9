from collections.abc import Callable, Sequence

from psycopg.errors import InsufficientPrivilege
from sqlalchemy import Connection, text
from sqlalchemy.exc import ProgrammingError

from clais.database.engine import TIMEOUTS

APPLICATION = "clais_app"
"""The role under which server, worker and commands work: it owns nothing and stands under row security."""
OWNER = "clais_owner"
"""The role that owns the tables; nobody logs in as it."""
DATABASE_RIGHTS = ("CONNECT", "TEMPORARY", "CREATE")
EXTENSIONS = ("btree_gist",)
"""Of the server's own: periods of a row that exclude one another are told apart by keys, which GiST alone cannot."""
OWN_GRANTS = 160_000
"""The number of the version from which a member of a role may be kept from becoming it."""

CLOSED_FUNCTIONS = (
    "^(set_config"  # would change the scope inside a query
    "|lo_.*|loread|lowrite"  # large objects are under no row security: one place could leave rows there for another
    "|pg_terminate_backend|pg_cancel_backend"  # would end the requests of others
    "|pg_stat_get_activity|pg_stat_get_backend_activity"  # show the statements of others, with the scopes they open
    "|pg_(try_)?advisory_.*"  # a lock that is held holds others up
    "|pg_logical_emit_message)$"
)
"""Functions of the server that the application does not need. Languages, besides: DO is a program in one statement."""
USED_FUNCTIONS = "^(pg_advisory_xact_lock|pg_try_advisory_lock|pg_advisory_unlock)$"
"""Locks that the product takes: the leader of the workers, loads of reference data, and who compares people."""


class MissingRightError(Exception):
    """The login may not do what is still to be done; `statements` are for someone who may."""

    def __init__(self, statements: Sequence[str]) -> None:
        super().__init__("; ".join(statements))
        self.statements = statements


def ensure_roles(connection: Connection) -> None:
    """Create the two roles when absent: the owner of all objects, which cannot log in, and the application role.

    The application role is no superuser and cannot bypass row security. A login that is a member of the owner's role
    already needs no other right. Raises MissingRightError.
    """
    _settle(connection, lambda: _missing_roles(connection))


def set_timeouts(connection: Connection) -> None:
    """Give the application's role the timeouts that its connections cannot ask for behind a pooler.

    Raises MissingRightError.
    """
    _settle(connection, lambda: _missing_timeouts(connection))


def prepare_database(connection: Connection) -> None:
    """Let the owner create objects in the public schema, and let the application only use them.

    Raises MissingRightError.
    """
    name = connection.execute(text("SELECT current_database()")).scalar_one()
    _settle(connection, lambda: _missing_in_database(connection, name))
    close_tools(connection)


def _missing_in_database(connection: Connection, name: str) -> list[str]:
    there = set(connection.execute(text("SELECT extname FROM pg_extension")).scalars())
    extensions = [f"CREATE EXTENSION {extension}" for extension in EXTENSIONS if extension not in there]
    return [*_open_to_others(connection, name), *_missing_in_schema(connection), *extensions]


def close_to_others(connection: Connection, database: str) -> None:
    """Let the two roles alone connect to a database, and nobody make temporary tables in it.

    Raises MissingRightError.
    """
    _settle(connection, lambda: _open_to_others(connection, database))


def _settle(connection: Connection, missing: Callable[[], list[str]]) -> None:
    """Run the statements that are missing, and no other: each needs a right that the login may lack."""
    statements = missing()
    try:
        for statement in statements:
            connection.execute(text(statement))
    except ProgrammingError as error:
        if isinstance(error.orig, InsufficientPrivilege):
            raise MissingRightError(statements) from error
        raise
    # Without the right, some of them end with no more than a warning.
    if left := missing():
        raise MissingRightError(left)


def _missing_roles(connection: Connection) -> list[str]:
    present = set(connection.execute(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'clais%'")).scalars())
    login = connection.execute(text("SELECT quote_ident(current_user)")).scalar_one()
    statements = {
        OWNER: f"CREATE ROLE {OWNER} NOLOGIN NOSUPERUSER NOBYPASSRLS",
        APPLICATION: f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    }
    missing = [statement for role, statement in statements.items() if role not in present]
    return missing if OWNER in present and _becomes_owner(connection) else [*missing, f"GRANT {OWNER} TO {login}"]


def _missing_timeouts(connection: Connection) -> list[str]:
    settings = text("SELECT setconfig FROM pg_db_role_setting WHERE setdatabase = 0 AND setrole = to_regrole(:role)")
    has = connection.execute(settings, {"role": APPLICATION}).scalar()
    return [
        f"ALTER ROLE {APPLICATION} SET {name} = '{value}'"
        for name, value in (TIMEOUTS | {"timezone": "UTC"}).items()
        if not any(setting.lower().startswith(f"{name}=") for setting in has or ())
    ]


def _becomes_owner(connection: Connection) -> bool:
    # From version 16 on, who creates a role is its administrator, and becomes it only after a grant.
    version = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    become = "SET" if version >= OWN_GRANTS else "MEMBER"
    return bool(connection.execute(text(f"SELECT pg_has_role('{OWNER}', '{become}')")).scalar_one())


def _open_to_others(connection: Connection, database: str) -> list[str]:
    name = connection.dialect.identifier_preparer.quote_identifier(database)
    holds = text("SELECT has_database_privilege(:role, :database, :privilege)")

    def has(role: str, privilege: str) -> bool:
        values = {"role": role, "database": database, "privilege": privilege}
        return bool(connection.execute(holds, values).scalar_one())

    everyones = [right for right in DATABASE_RIGHTS if has("public", right)]
    # What a role has through PUBLIC alone is granted to it first: who runs half of this must still get in.
    return [
        f"GRANT CONNECT ON DATABASE {name} TO {role}"
        for role in (APPLICATION, OWNER)
        if "CONNECT" in everyones or not has(role, "CONNECT")
    ] + [f"REVOKE {right} ON DATABASE {name} FROM PUBLIC" for right in everyones]


def _missing_in_schema(connection: Connection) -> list[str]:
    def has(role: str, privilege: str) -> bool:
        return bool(
            connection.execute(text(f"SELECT has_schema_privilege('{role}', 'public', '{privilege}')")).scalar_one()
        )

    needed = ((OWNER, "USAGE"), (OWNER, "CREATE"), (APPLICATION, "USAGE"))
    everyones = [right for right in ("USAGE", "CREATE") if has("public", right)]
    return [
        f"GRANT {right} ON SCHEMA public TO {role}"
        for role, right in needed
        if right in everyones or not has(role, right)
    ] + [f"REVOKE {right} ON SCHEMA public FROM PUBLIC" for right in everyones]


def close_tools(connection: Connection) -> None:
    """Take from the public what one injected statement would need; the owner keeps it, for dumps and restores.

    Only a superuser may: on a server that gives none the tools stay open, and `clais doctor` says so.
    """
    if not connection.execute(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).scalar_one():
        return
    for tool in open_tools(connection):
        connection.execute(text(f"REVOKE ALL ON {tool} FROM PUBLIC"))
        connection.execute(text(f"GRANT ALL ON {tool} TO {OWNER}"))


def open_tools(connection: Connection) -> list[str]:
    """What `close_tools` closes and the application may use all the same: FUNCTION name(types), LANGUAGE name."""
    functions = connection.execute(
        text(
            "SELECT 'FUNCTION ' || oid::regprocedure FROM pg_proc"
            " WHERE pronamespace = 'pg_catalog'::regnamespace AND proname ~ :closed AND NOT proname ~ :used"
            " AND has_function_privilege(:application, oid, 'EXECUTE') ORDER BY 1"
        ),
        {"closed": CLOSED_FUNCTIONS, "used": USED_FUNCTIONS, "application": APPLICATION},
    ).scalars()
    languages = connection.execute(
        text(
            "SELECT 'LANGUAGE ' || quote_ident(lanname) FROM pg_language"
            " WHERE lanispl AND has_language_privilege(:application, oid, 'USAGE') ORDER BY 1"
        ),
        {"application": APPLICATION},
    ).scalars()
    return [*functions, *languages]
