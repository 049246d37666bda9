import logging
import time
from collections.abc import Sequence
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from clais.database.roles import OWNER, ensure_roles, prepare_database, set_timeouts

MIGRATIONS = Path(__file__).resolve().parents[3] / "migrations"
PATIENCE = "SET lock_timeout = '400ms'"
"""A migration that waits longer than this for a lock gives up, so that no request waits long behind it.

One that takes four locks, each while it holds those before, makes a request wait for less than two seconds.
"""
ATTEMPTS = 60
"""How often a migration is tried that does not get its lock; requests run between two attempts."""
PAUSE_SECONDS = 1.0

log = logging.getLogger(__name__)


class TablesInUseError(Exception):
    """A migration did not get its lock: a transaction has a table for longer than all attempts together."""


def alembic_config(connection: Connection | None = None, versions: Sequence[Path] = ()) -> Config:
    """The configuration of Alembic over `connection`; there is no ini file.

    `versions` are additional folders of migrations, for tests.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(map(str, (MIGRATIONS / "versions", *versions))))
    config.attributes["connection"] = connection
    return config


def upgrade(owner_url: str, revision: str = "head", *, versions: Sequence[Path] = (), pooled: bool = False) -> None:
    """Create roles and schema when absent and run the pending migrations as the owner.

    `owner_url` is a login that is superuser, or may create roles, or is a member of the owner's role; it leads past a
    pooler. `pooled` says that the application comes through one. Each migration is a transaction of its own. Raises
    TablesInUseError when one gets no lock in all its attempts: what ran before stays.
    """
    engine = create_engine(make_url(owner_url).set(drivername="postgresql+psycopg"), hide_parameters=True)
    try:
        with engine.begin() as connection:
            ensure_roles(connection)
            if pooled:
                set_timeouts(connection)
            prepare_database(connection)
        for left in reversed(range(ATTEMPTS)):
            if _migrated(engine, revision, versions):
                return
            if left:
                log.warning("A table is in use; the migration is tried again, %s times at most.", left)
                time.sleep(PAUSE_SECONDS)
        raise TablesInUseError
    finally:
        engine.dispose()


def _migrated(engine: Engine, revision: str, versions: Sequence[Path]) -> bool:
    """Run the pending migrations; False when one did not get its lock."""
    try:
        with engine.connect() as connection:
            connection.execute(text(PATIENCE))
            connection.execute(text(f"SET ROLE {OWNER}"))
            connection.commit()
            command.upgrade(alembic_config(connection, versions), revision)
            connection.commit()
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            return False
        raise
    return True


def pending(connection: Connection) -> list[str]:
    """The revisions that `connection`'s database has not run yet, oldest first."""
    script = ScriptDirectory.from_config(alembic_config())
    heads = MigrationContext.configure(connection).get_current_heads()
    done = {r.revision for head in heads for r in script.iterate_revisions(head, "base")}
    return [r.revision for r in reversed(list(script.walk_revisions())) if r.revision not in done]
