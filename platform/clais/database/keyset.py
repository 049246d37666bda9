"""Lists in any order, page by page, and how many rows several lists have.

A page begins after the sort key and the id of the last row of the page before: it costs the same wherever it is.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Integer,
    Select,
    Text,
    cast,
    collate,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute

from clais.database.session import ScopedSession
from clais.text import fold

FIRST, LAST = date(1000, 1, 1), date(9999, 12, 31)
"""They stand for « none »: rows without a day come last in either direction."""
MOST_COUNTED = 1000
"""Counting stops there: a tab then says « 1000+ »."""
Key = ColumnElement[Any] | InstrumentedAttribute[Any]


_LETTERS = {letter: fold(letter) for letter in map(chr, range(0xC0, 0x180)) if len(fold(letter)) == 1}
_SIGNS = "-'\u2019."


def key_text(key: str | date) -> str:
    """The sort key of a row as a text, from which the page after it begins."""
    return key if isinstance(key, str) else key.isoformat()


def alphabetical(name: Key) -> ColumnElement[str]:
    """A name as a sort key: accents, capitals, hyphens and apostrophes do not move it, in any database."""
    from_, to = "".join(_LETTERS) + _SIGNS, "".join(_LETTERS.values()) + " " * len(_SIGNS)
    return collate(func.lower(func.translate(name, from_, to), type_=Text), "C")


def or_last(expression: Key, *, descending: bool) -> ColumnElement[Any]:
    """A day or a moment as a sort key: rows without one come last."""
    none = FIRST if descending else LAST
    if isinstance(expression.type, DateTime):
        return func.coalesce(expression, cast(literal(datetime.combine(none, time(), UTC)), DateTime(timezone=True)))
    return func.coalesce(expression, cast(literal(none), Date))


def page_after(
    statement: Select[*tuple[Any, ...]],
    key: Key,
    id_column: Key,
    after: tuple[str, UUID] | None,
    *,
    descending: bool = False,
    limit: int,
) -> Select[*tuple[Any, ...]]:
    """The statement in the order of `key`, from the row after `after`; one more row tells that a page follows.

    Raises ValueError for a key that is not of the type of this order.
    """
    if after is not None:
        statement = statement.where(beyond(key, id_column, after, descending=descending))
    order = (key.desc(), id_column.desc()) if descending else (key, id_column)
    return statement.order_by(*order).limit(limit + 1)


def beyond(key: Key, id_column: Key, after: tuple[str, UUID], *, descending: bool = False) -> ColumnElement[bool]:
    """The condition of the rows after the one with a sort key and an id. Raises ValueError as `page_after` does."""
    start = tuple_(key, id_column)
    last = tuple_(cast(literal(bound(after[0], key)), key.type), after[1])
    return start < last if descending else start > last


def bound(key: str, expression: Key) -> str | int | date:
    """A sort key that was read from a cursor, as a value of the type of the expression. Raises ValueError."""
    if isinstance(expression.type, DateTime):
        found = datetime.fromisoformat(key)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    if isinstance(expression.type, Integer):
        return int(key)
    return date.fromisoformat(key) if isinstance(expression.type, Date) else key


def counted_together(
    session: ScopedSession,
    lists: Sequence[Select[*tuple[Any, ...]]],
    most: int = MOST_COUNTED,
    values: Mapping[str, Any] | None = None,
) -> list[int]:
    """How many rows each of several lists has, up to `most`, in one statement with the parameters `values`."""
    if not lists:
        return []
    counted = [select(func.count()).select_from(each.limit(most).subquery()).scalar_subquery() for each in lists]
    return list(session.execute(select(*counted), values).one())


def count_text(count: int, most: int = MOST_COUNTED) -> str:
    """A number of rows: « 12 », or « 1000+ » where counting stopped."""
    return f"{count}+" if count == most else str(count)
