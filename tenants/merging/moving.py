"""Moves the rows about a person from one file to another, table by table, and back.

It writes the tables past the mapping: nothing but the key of the person changes, neither the version of a row nor the
moment of its last change, so no clock starts anew; and a confidence moves that its mover may not read.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Table,
    and_,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)

from clais.actor import Actor
from clais.database import Base, ScopedSession
from clais.feature import composition
from clais.feature.merging import PersonRows

Moved = dict[str, list[str]]
"""Table and column → the keys of the rows that went over."""


def movable() -> list[PersonRows]:
    """The rows that go from one file to another, each after those that they hang on."""
    return [rows for rows in composition().person_rows if not rows.stays]


def move(session: ScopedSession, source: UUID, target: UUID) -> Moved:
    """Let the rows of `source` name `target`, but those that stay behind. Gives what went over."""
    moved: Moved = {}
    for rows in movable():
        table = table_of(rows)
        alone = [~_hangs_on_row_of(session, rows, table, source)] if rows.hangs_on else []
        aside = [~rows.aside(session, source, target)] if rows.aside else []
        gone = _update(session, rows, source, target, *_goes(session, rows, table, target), *alone, *aside)
        if gone:
            moved[rows.name] = [str(key) for key in gone]
    return moved


def move_back(session: ScopedSession, moved: Mapping[str, Sequence[str]], source: UUID, target: UUID) -> int:
    """Let the rows that went over name `target` again, with what hangs on them by now. Gives how many cannot.

    What was deleted since is gone; a referral whose agreement was withdrawn since never changes, and stays.
    """
    left = 0
    for rows in movable():
        table = table_of(rows)
        keys = [UUID(key) for key in moved.get(rows.name, ())]
        if keys:
            mine = table.c.id == func.any(keys)
            _update(session, rows, source, target, mine)
            left += _count(session, rows, source, mine)
        if rows.hangs_on:
            _update(session, rows, source, target, _hangs_on_row_of(session, rows, table, target))
    return left


class Counted(NamedTuple):
    """How many rows of a kind each of two files has, and how many of the other one stay behind."""

    label: str
    kept: int
    other: int
    left: int


def counted(session: ScopedSession, actor: Actor, kept: UUID, other: UUID) -> list[Counted]:
    """What the reader may know of each file, in one statement.

    Through the mapping: nobody counts the confidences of others. What stays behind with another row is not counted.
    """
    wanted = {rows.label: rows for rows in movable() if rows.label and actor.may(rows.permission)}
    if not wanted:
        return []
    found = session.execute(union_all(*(_both(session, rows, kept, other) for rows in wanted.values())))
    return [Counted(*row) for row in found if row[1] or row[2]]


def written_since(session: ScopedSession, actor: Actor, person_id: UUID, key: UUID) -> dict[str, int]:
    """Label → how many rows about a person were written after a key was made; keys grow with time."""
    return _numbers(
        session,
        actor,
        lambda rows: and_(getattr(rows.table, rows.column) == person_id, rows.table.id > key),  # type: ignore[attr-defined]
    )


def gone_over(session: ScopedSession, actor: Actor, moved: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Label → how many of the rows that went over are still there."""
    return _numbers(
        session,
        actor,
        lambda rows: rows.table.id == func.any([UUID(key) for key in moved.get(rows.name, ())]),  # type: ignore[attr-defined]
    )


def _numbers(
    session: ScopedSession, actor: Actor, which: Callable[[PersonRows], ColumnElement[bool]]
) -> dict[str, int]:
    """Label → how many rows, without what there is none of, as far as the reader may know of them."""
    found = [
        select(literal(rows.label), func.count())
        .select_from(rows.table)
        .where(rows.table.tenant_id == session.scope.tenant_id, which(rows))  # type: ignore[attr-defined]
        for rows in movable()
        if rows.label and actor.may(rows.permission)
    ]
    rows_found = session.execute(union_all(*found)) if found else ()
    return {label: number for label, number in rows_found if number}


def _both(session: ScopedSession, rows: PersonRows, kept: UUID, other: UUID) -> Select[*tuple[Any, ...]]:
    named = getattr(rows.table, rows.column)
    theirs = named == other
    left = and_(theirs, ~and_(*_goes(session, rows, table_of(rows), kept)))
    return (
        select(
            literal(rows.label),
            func.count().filter(named == kept),
            func.count().filter(theirs),
            func.count().filter(left),
        )
        .select_from(rows.table)
        .where(rows.table.tenant_id == session.scope.tenant_id, named.in_([kept, other]))  # type: ignore[attr-defined]
    )


def table_of(rows: PersonRows) -> Table:
    """The table, as it is in the database."""
    table: Table = rows.table.__table__  # type: ignore[assignment]
    return table


def _goes(session: ScopedSession, rows: PersonRows, table: Table, target: UUID) -> Iterable[ColumnElement[bool]]:
    """The conditions for rows that go over, whatever they hang on."""
    yield table.c[rows.fixed_by].is_(None) if rows.fixed_by else true()
    if rows.periods:
        yield ~_meets(session, rows, table, target)
    if rows.single is not None:
        theirs = table.alias()
        same = [theirs.c[name] == table.c[name] for name in rows.single]
        if rows.standing:
            same += [one.c[rows.standing].is_(None) for one in (theirs, table)]
        has = exists().where(theirs.c.tenant_id == session.scope.tenant_id, theirs.c[rows.column] == target, *same)
        if rows.single_in is None:
            yield ~has
        else:
            yield ~and_(table.c.state == rows.single_in, has.where(theirs.c.state == rows.single_in))


def _meets(session: ScopedSession, rows: PersonRows, table: Table, target: UUID) -> ColumnElement[bool]:
    """The condition for periods that meet one of those of `target`."""
    theirs = table.alias()
    first, *last = rows.periods

    def ends(one: FromClause) -> ColumnElement[date]:
        return func.coalesce(*(one.c[name] for name in last), literal_column("'infinity'::date"))

    counted = [one.c.state != rows.void_in for one in (table, theirs)] if rows.void_in else []
    return exists().where(
        theirs.c.tenant_id == session.scope.tenant_id,
        theirs.c[rows.column] == target,
        theirs.c[first] <= ends(table),
        table.c[first] <= ends(theirs),
        *counted,
    )


def _hangs_on_row_of(session: ScopedSession, rows: PersonRows, table: Table, person_id: UUID) -> ColumnElement[bool]:
    """The condition for rows that hang on a row which names the person."""
    return or_(*(_leads_to(session, way, table, person_id) for way in rows.ways))


def _leads_to(session: ScopedSession, way: Sequence[str], table: Table, person_id: UUID) -> ColumnElement[bool]:
    joined, conditions = table, []
    for column, name in zip(way[::2], way[1::2], strict=True):
        parent = Base.metadata.tables[name]
        conditions.append(and_(parent.c.tenant_id == session.scope.tenant_id, parent.c.id == joined.c[column]))
        joined = parent
    return exists().where(*conditions, joined.c.person_id == person_id)


def _update(
    session: ScopedSession, rows: PersonRows, source: UUID, target: UUID, *conditions: ColumnElement[bool]
) -> Sequence[UUID]:
    table = table_of(rows)
    values: dict[str, Any] = {rows.column: target}
    if "updated_at" in table.c:
        values["updated_at"] = table.c.updated_at
    named = _names(session, rows, table, source)
    changed = update(table).where(*named, *conditions).values(values).returning(table.c.id)
    return session.connection().execute(changed).scalars().all()


def _count(session: ScopedSession, rows: PersonRows, person_id: UUID, *conditions: ColumnElement[bool]) -> int:
    table = table_of(rows)
    found = select(func.count()).select_from(table).where(*_names(session, rows, table, person_id), *conditions)
    return session.connection().execute(found).scalar_one()


def _names(session: ScopedSession, rows: PersonRows, table: Table, person_id: UUID) -> Iterable[ColumnElement[bool]]:
    yield table.c.tenant_id == session.scope.tenant_id
    yield table.c[rows.column] == person_id
    for column, value in rows.where.items():
        yield table.c[column] == value
