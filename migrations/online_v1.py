"""What migrations do to tables that are in use. Released: this file never changes, and imports nothing of the house."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from alembic import op

PATIENCE = "2s"
"""The lock timeout under which every migration runs."""
LONG_PATIENCE = "30min"
"""An index that is made beside the requests waits for older transactions, a backup for example, and holds nobody up."""


@contextmanager
def beside_requests() -> Iterator[None]:
    """Run statements outside of any transaction, each kept at once, as CONCURRENTLY asks.

    What stands before it in the migration is kept too, though the migration is not done. So a migration that uses this
    does nothing else, and can be run again.
    """
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{LONG_PATIENCE}'")
        try:
            yield
        finally:
            op.execute(f"SET lock_timeout = '{PATIENCE}'")


def add_index(name: str, table: str, columns: Sequence[str], *, where: str = "", unique: bool = False) -> None:
    """Make an index while the table is read and written. What an attempt that was cut off left behind goes first."""
    kind = "UNIQUE INDEX" if unique else "INDEX"
    condition = f" WHERE {where}" if where else ""
    with beside_requests():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        op.execute(f"CREATE {kind} CONCURRENTLY IF NOT EXISTS {name} ON {table} ({', '.join(columns)}){condition}")


def drop_index(name: str) -> None:
    """Remove an index while the table is read and written."""
    with beside_requests():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
