from sqlalchemy import Connection, text

APPLICATION = "clais_app"
"""The role under which server, worker and commands work: it owns nothing and stands under row security."""
OWNER = "clais_owner"
"""The role that owns the tables; nobody logs in as it."""

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
"""Locks that the product takes: the leader of the workers, and loads of reference data."""


def ensure_roles(connection: Connection) -> None:
    """Create the two roles when absent: the owner of all objects, which cannot log in, and the application role.

    Needs a connection that may create roles. The application role is no superuser and cannot bypass row security.
    """
    present = set(connection.execute(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'clais%'")).scalars())
    if OWNER not in present:
        connection.execute(text(f"CREATE ROLE {OWNER} NOLOGIN NOSUPERUSER NOBYPASSRLS"))
    if APPLICATION not in present:
        connection.execute(text(f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"))
    connection.execute(text(f"GRANT {OWNER} TO CURRENT_USER"))


def prepare_database(connection: Connection) -> None:
    """Let the owner create objects in the public schema, and let the application only use them."""
    name = connection.execute(text("SELECT current_database()")).scalar_one()
    close_to_others(connection, name)
    connection.execute(text("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}"))
    close_tools(connection)


def close_to_others(connection: Connection, database: str) -> None:
    """Let the two roles alone connect to a database, and nobody make temporary tables in it."""
    name = connection.dialect.identifier_preparer.quote_identifier(database)
    connection.execute(text(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"))
    connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO {APPLICATION}, {OWNER}"))


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
