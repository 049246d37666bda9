"""Rows that are kept, and that nothing reads any more: what was encoded by mistake, a file that another one stands for.

One condition in one place: a list, a search, a count that is written tomorrow leaves them out too.
"""

from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, Table, event
from sqlalchemy.orm import Mapped, ORMExecuteState, with_loader_criteria
from sqlalchemy.orm import mapped_column as column
from sqlalchemy.sql.visitors import iterate

from clais.database.session import ScopedSession

EVERY_ROW = {"every_row": True}
"""The execution options of a statement that reads the rows that are left out too."""


class LeftOut:
    """A row that may be left out of all that is read."""

    left_out_at: Mapped[datetime | None] = column(sort_order=93)
    """Since when nothing reads it any more; none for nearly all rows."""


_STANDING = with_loader_criteria(LeftOut, lambda row: row.left_out_at.is_(None), include_aliases=True)
_guarded: WeakKeyDictionary[Executable, Executable | None] = WeakKeyDictionary()
"""Statement → the statement with the condition, or None when it reads no such rows. A repeated statement must stay the
same object: SQLAlchemy caches its compiled form, and compiles a copy anew each time.
"""


@event.listens_for(ScopedSession, "do_orm_execute")
def read_what_stands(execution: ORMExecuteState) -> None:
    """Exclude from every SELECT the rows that are left out, unless it asks for EVERY_ROW.

    It does not see statements that bypass the mapping: the bare table, or textual SQL.
    """
    if not execution.is_select or execution.is_column_load or execution.execution_options.get("every_row"):
        return
    statement = execution.statement
    if statement not in _guarded:
        _guarded[statement] = statement.options(_STANDING) if _may_leave_out(statement) else None
    guarded = _guarded[statement]
    if guarded is not None:
        execution.statement = guarded


def _may_leave_out(statement: Any) -> bool:
    """Whether a table of the statement has such rows: under an alias, in a subquery, in one part of a union."""
    return any(isinstance(part, Table) and "left_out_at" in part.c for part in iterate(statement))
