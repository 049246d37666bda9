from sqlalchemy import Connection, text

APPLICATION = "clais_app"
"""The role under which server, worker and commands work: it owns nothing and stands under row security."""
OWNER = "clais_owner"
"""The role that owns the tables; nobody logs in as it."""


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
    name = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    connection.execute(text(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"))
    connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO {APPLICATION}, {OWNER}"))
    connection.execute(text("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}"))
