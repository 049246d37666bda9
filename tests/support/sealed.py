"""Sealed columns that hold what was sealed for another row."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Engine, select, update

from config.features import METADATA


@contextmanager
def exchanged(superuser: Engine, table: str, column: str, row_id: UUID, other_id: UUID) -> Iterator[None]:
    """Let a row hold what was sealed for another one, as long as the test lasts.

    It is put back: a server that finds a row that it cannot read does not start with these keys.
    """
    rows = METADATA.tables[table]
    sealed, change = rows.c[column], update(rows).where(rows.c.id == row_id)
    with superuser.begin() as connection:
        own, other = (
            connection.execute(select(sealed).where(rows.c.id == key)).scalar_one() for key in (row_id, other_id)
        )
        connection.execute(change.values({column: other}))
    try:
        yield
    finally:
        with superuser.begin() as connection:
            connection.execute(change.values({column: own}))
