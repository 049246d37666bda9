"""Which transaction wrote a row, and which transactions are over."""

from typing import Any

from sqlalchemy import ColumnElement, Dialect, func, select
from sqlalchemy.types import UserDefinedType

from clais.database.session import ScopedSession

CURRENT = "pg_current_xact_id()"
"""The server default of a column that says which transaction wrote its row."""


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's xid8: the number of a transaction, that never wraps. Numbers say who began first, not who ended."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_options: Any) -> str:
        """The name of the type in SQL."""
        return "xid8"

    @property
    def python_type(self) -> type[int]:
        return int

    def bind_processor(self, _dialect: Dialect) -> Any:
        """The driver knows no such type: the number travels as text."""
        return lambda value: None if value is None else str(value)

    def result_processor(self, _dialect: Dialect, _coltype: object) -> Any:
        """A number again."""
        return lambda value: None if value is None else int(value)


def oldest_running(session: ScopedSession) -> int:
    """The number below which every transaction is over: none of them will show another row.

    A row with a lower number is there or never comes; ids and moments say no such thing, as transactions do not end in
    the order in which they began. On Citus this number and the default of the column both come from the coordinator,
    whose transaction ends after those of the shards: queries that enter through several nodes need one chain a node.
    """
    return int(session.execute(select(func.pg_snapshot_xmin(func.pg_current_snapshot()))).scalar_one())


def next_transaction(session: ScopedSession) -> int:
    """A number that no row has yet: every row that is there was written by a transaction below it."""
    return int(session.execute(select(func.pg_snapshot_xmax(func.pg_current_snapshot()))).scalar_one())


def no_transaction_yet(column: Any) -> ColumnElement[bool]:
    """The condition that no transaction had the number of a row when the statement began: a row that is there has none
    such, unless someone chose it.
    """
    return column >= func.pg_snapshot_xmax(func.pg_current_snapshot())  # type: ignore[no-any-return]
