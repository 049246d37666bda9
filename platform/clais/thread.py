"""Reads the events of a person's file from the tables of all features, in one statement."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    CompoundSelect,
    Date,
    DateTime,
    Integer,
    Select,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from clais.database import LeftOut, ScopedSession

TENANT = bindparam("tenant_id", type_=Uuid())
PERSON = bindparam("person_id", type_=Uuid())
READER = bindparam("reader_id", type_=Uuid())
"""The membership of the reader, for the conditions of a source."""
LIMIT = bindparam("limit", type_=Integer())


class Rows(list[Any]):
    """The newest rows of a source, and how many it has in `total`."""

    total = 0


@dataclass(frozen=True, eq=False)
class Source:
    """The rows of one table about a person: `person` is the column of the person's id, `facts` the columns to read.

    `order` puts the newest first; `where` adds conditions or joins; at least `minimum` rows are read.
    """

    person: Any
    facts: Mapping[str, Any]
    order: Sequence[ColumnElement[Any]]
    where: Sequence[ColumnElement[bool]] = ()
    minimum: int = 0

    def rows(self, name: str) -> Select[Any]:
        """The query for the name of the source, the facts of each row and the number of all, alike for every source."""
        rows: Any = (
            select(
                literal_column(f"'{name}'").label("source"),
                func.jsonb_build_array(*self.facts.values(), type_=JSONB()).label("facts"),
                func.count().over().label("total"),
            )
            .where(self.person.class_.tenant_id == TENANT, self.person == PERSON, *self.where, *self._standing)
            .order_by(*self.order)
            .limit(func.greatest(LIMIT, literal_column(str(self.minimum))) if self.minimum else LIMIT)
        )
        return cast("Select[Any]", rows)

    @property
    def _standing(self) -> Sequence[ColumnElement[bool]]:
        """The condition for rows that stand: the guard of the session does not see these parts of a union."""
        table = self.person.class_
        return (table.left_out_at.is_(None),) if issubclass(table, LeftOut) else ()

    @cached_property
    def to_row(self) -> Callable[[Sequence[Any]], Any]:
        """Converts facts from JSON to a named tuple, with dates, datetimes and UUIDs."""
        shape: Any = NamedTuple("Event", [(fact, Any) for fact in self.facts])  # type: ignore[misc]
        converters = [(place, _converter(fact.type)) for place, fact in enumerate(self.facts.values())]
        converted = [(place, converter) for place, converter in converters if converter]

        def to_row(facts: Sequence[Any]) -> Any:
            values = list(facts)
            for place, converter in converted:
                if values[place] is not None:
                    values[place] = converter(values[place])
            return shape(*values)

        return to_row


def _converter(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, ARRAY) and isinstance(kind.item_type, Uuid):
        return lambda keys: [UUID(key) for key in keys]
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    return UUID if isinstance(kind, Uuid) else None


def newest(
    session: ScopedSession, person_id: UUID, reader_id: UUID, sources: Mapping[str, Source], limit: int
) -> dict[str, Rows]:
    """Source → its newest rows about a person, at most `limit` (or the source's `minimum`), newest first."""
    found: dict[str, Rows] = {name: Rows() for name in sources}
    if sources:
        values = {"tenant_id": session.scope.tenant_id, "person_id": person_id, "reader_id": reader_id, "limit": limit}
        for name, facts, total in session.execute(_union(tuple(sources.items())), values):
            found[name].append(sources[name].to_row(facts))
            found[name].total = total
    return found


@lru_cache(maxsize=64)
def _union(sources: tuple[tuple[str, Source], ...]) -> CompoundSelect[Any]:
    # Cached for each set of sources that a role may read: building the statement costs more than running it.
    return cast("CompoundSelect[Any]", union_all(*(source.rows(name) for name, source in sources)))
