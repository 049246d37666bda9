"""What hangs on a file that was set aside is read no more: its appointments, contracts, visits, notices…

The file itself is left out as every such row is (`clais.database.left_out`). This is for the lists and figures that
read rows about people without reading whose they are. One condition in one place: what is written tomorrow has it too.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Executable, Join, Table, Uuid, bindparam, exists, inspect
from sqlalchemy.orm import ORMExecuteState, with_loader_criteria
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression
from sqlalchemy.sql.visitors import iterate

from clais.actor import Actor
from clais.database import Base

PERSON, PERSON_ID = "person", "person_id"
BESIDES = frozenset({"person_key", "told_apart", "file_merge", "mistake", "person_change", "person_period"})
"""What is read for a file that is known, and for nothing else; and what tells that it was set aside."""
WITHOUT_KEY = frozenset({"notification"})
"""The tables that name a person without a foreign key, and go with the file all the same. A referral is two tenants':
those of files that were set aside are left out where the sender's are listed (`tenants.referrals`).
"""
_HERE = bindparam("here_of_files", type_=Uuid())
"""The tenant at work: whose files are meant is said by a constant, as in every statement."""
_guarded: WeakKeyDictionary[Executable, Executable | None] = WeakKeyDictionary()
"""Statement → the statement with the conditions, or None when it needs none; see `clais.database.left_out`."""


def read_what_hangs_on_standing_files(execution: ORMExecuteState) -> None:
    """Exclude from every SELECT of a member what hangs on a file that was set aside, unless it asks for EVERY_ROW.

    What the worker does goes on: a document is forgotten after its term, wherever its file is.
    """
    if not execution.is_select or execution.is_column_load or execution.execution_options.get("every_row"):
        return
    actor: Actor | None = execution.session.info.get("actor")
    if actor is None or actor.role == "system":
        return
    statement = execution.statement
    if statement not in _guarded:
        tables = _untied(statement)
        _guarded[statement] = statement.options(*(_standing(name) for name in sorted(tables))) if tables else None
    guarded = _guarded[statement]
    if guarded is not None:
        execution.statement = guarded
        given: Any = execution.parameters or {}
        execution.parameters = {**given, _HERE.key: execution.session.scope.tenant_id}  # type: ignore[attr-defined]


@lru_cache(maxsize=1)
def _hanging() -> dict[str, Any]:
    """Table → the class of the rows that go with a file."""
    mapped = {str(mapper.local_table): mapper.class_ for mapper in Base.registry.mappers}
    return {name: row for name, row in mapped.items() if name not in BESIDES and _goes_with_a_file(name, row)}


def _goes_with_a_file(name: str, row: Any) -> bool:
    column = inspect(row).local_table.c.get(PERSON_ID)
    if column is None:
        return False
    return name in WITHOUT_KEY or any(key.column.table.name == PERSON for key in column.foreign_keys)


@lru_cache(maxsize=100)
def _standing(name: str) -> Any:
    file = Base.metadata.tables[PERSON].alias()

    # Asked for each alias of the table: a condition that is written once would name the table itself beside it.
    def stands(row: Any) -> Any:
        theirs = (file.c.tenant_id == _HERE, file.c.id == row.person_id)
        # A file that another one stands for keeps what stayed behind with it.
        return ~exists().where(*theirs, file.c.left_out_at.is_not(None), file.c.merged_into_id.is_(None))

    return with_loader_criteria(_hanging()[name], stands, include_aliases=True)


def _untied(statement: Any) -> set[str]:
    """The tables of a statement that go with a file, and that it reads neither for a file nor beside it."""
    parts = list(iterate(statement))
    found = {part.name for part in parts if isinstance(part, Table)} & set(_hanging())
    if not found:
        return found
    loose, tied = _conditions_of_outer_joins(parts), set()
    for part in parts:
        if (
            id(part) not in loose
            and isinstance(part, BinaryExpression)
            and part.operator in {operators.eq, operators.in_op}
        ):
            for side, other in ((part.left, part.right), (part.right, part.left)):
                if _column(side) == PERSON_ID and (isinstance(other, BindParameter) or _is_key_of_file(other)):
                    tied.add(_table(side))
    return found - tied


def _conditions_of_outer_joins(parts: Iterable[Any]) -> set[int]:
    """What ties nothing: a row that is joined so is read all the same when its file is not."""
    found: set[int] = set()
    for part in parts:
        joins = [(condition, how["isouter"]) for _to, condition, _from, how in getattr(part, "_setup_joins", ())]
        if isinstance(part, Join):
            joins.append((part.onclause, part.isouter))
        for condition, is_outer in joins:
            if is_outer and condition is not None:
                found.update(map(id, iterate(condition)))
    return found


def _is_key_of_file(element: Any) -> bool:
    return _column(element) == "id" and _table(element) == PERSON


def _column(element: Any) -> str | None:
    return getattr(element, "name", None) if getattr(element, "table", None) is not None else None


def _table(element: Any) -> str:
    table = element.table
    while not isinstance(table, Table) and getattr(table, "element", None) is not None:
        table = table.element
    return str(getattr(table, "name", ""))
