from sqlalchemy import Connection, text

APPLICATION = "clais_app"
"""The role under which server, worker and commands work: it owns nothing and stands under row security."""
OWNER = "clais_owner"
"""The role that owns the tables; nobody logs in as it."""


def ensure_roles(connection: Connection) -> None:
    """Create the two roles when absent: the owner of everything, who cannot log in, and the application's.

    Needs a connection that may create roles. The application is neither superuser nor above row security.
    """
    present = set(connection.execute(text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'clais%'")).scalars())
    if OWNER not in present:
        connection.execute(text(f"CREATE ROLE {OWNER} NOLOGIN NOSUPERUSER NOBYPASSRLS"))
    if APPLICATION not in present:
        connection.execute(text(f"CREATE ROLE {APPLICATION} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"))
    connection.execute(text(f"GRANT {OWNER} TO CURRENT_USER"))


def prepare_database(connection: Connection) -> None:
    """Give the database's one schema to the owner, and let the application use it and nothing more."""
    name = connection.execute(text("SELECT quote_ident(current_database())")).scalar_one()
    connection.execute(text(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC"))
    connection.execute(text(f"GRANT CONNECT ON DATABASE {name} TO {APPLICATION}, {OWNER}"))
    connection.execute(text("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {APPLICATION}"))
