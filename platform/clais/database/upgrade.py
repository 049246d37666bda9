from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, make_url, text

from clais.database.protection import OWNER
from clais.database.roles import ensure_roles, prepare_database

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
PATIENCE = "SET lock_timeout = '2s'"
"""A migration that waits longer than this for a lock gives up, so that no request waits behind it."""


def alembic_config(connection: Connection | None = None) -> Config:
    """The configuration of Alembic over `connection`; there is no ini file."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(owner_url: str, revision: str = "head") -> None:
    """Create roles and schema when absent and run the pending migrations as the owner.

    `owner_url` is a login that is superuser, or may create roles, or is a member of the owner's role.
    """
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), hide_parameters=True)
    with engine.begin() as connection:
        ensure_roles(connection)
        prepare_database(connection)
    with engine.connect() as connection:
        connection.execute(text(PATIENCE))
        connection.execute(text(f"SET ROLE {OWNER}"))
        connection.commit()
        command.upgrade(alembic_config(connection), revision)
        connection.commit()
    engine.dispose()


def pending(connection: Connection) -> list[str]:
    """The revisions that `connection`'s database has not run yet, oldest first."""
    script = ScriptDirectory.from_config(alembic_config())
    heads = MigrationContext.configure(connection).get_current_heads()
    done = {r.revision for head in heads for r in script.iterate_revisions(head, "base")}
    return [r.revision for r in reversed(list(script.walk_revisions())) if r.revision not in done]
