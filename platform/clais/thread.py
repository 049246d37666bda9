"""What happened on a file, as every feature keeps it, read in one statement."""

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

from clais.database import ScopedSession

TENANT = bindparam("tenant_id", type_=Uuid())
PERSON = bindparam("person_id", type_=Uuid())
READER = bindparam("reader_id", type_=Uuid())
"""The membership of who reads: what a source may compare its rows with."""
MOST = bindparam("most", type_=Integer())


@dataclass(frozen=True, eq=False)
class Source:
    """The rows of one table about a person: `person` is the column that names them, `facts` what is read of each.

    `order` puts the newest first; `where` narrows, or joins another table; `least` are read however few are asked.
    """

    person: Any
    facts: Mapping[str, Any]
    order: Sequence[ColumnElement[Any]]
    where: Sequence[ColumnElement[bool]] = ()
    least: int = 0

    def rows(self, name: str) -> Select[Any]:
        """The name of the source and the facts of each row: a shape that all sources share, so that they unite."""
        rows: Any = (
            select(
                literal_column(f"'{name}'").label("source"),
                func.jsonb_build_array(*self.facts.values(), type_=JSONB()).label("facts"),
            )
            .where(self.person.class_.tenant_id == TENANT, self.person == PERSON, *self.where)
            .order_by(*self.order)
            .limit(func.greatest(MOST, literal_column(str(self.least))) if self.least else MOST)
        )
        return cast("Select[Any]", rows)

    @cached_property
    def read(self) -> Callable[[Sequence[Any]], Any]:
        """Facts as JSON wrote them → a row with their names, and days, moments and keys as such."""
        shape: Any = NamedTuple("Happening", [(fact, Any) for fact in self.facts])  # type: ignore[misc]
        readers = [(place, _reader(fact.type)) for place, fact in enumerate(self.facts.values())]
        changed = [(place, reader) for place, reader in readers if reader]

        def read(facts: Sequence[Any]) -> Any:
            values = list(facts)
            for place, reader in changed:
                if values[place] is not None:
                    values[place] = reader(values[place])
            return shape(*values)

        return read


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(kind, ARRAY) and isinstance(kind.item_type, Uuid):
        return lambda keys: [UUID(key) for key in keys]
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    return UUID if isinstance(kind, Uuid) else None


def newest(
    session: ScopedSession, person_id: UUID, reader_id: UUID, sources: Mapping[str, Source], limit: int
) -> dict[str, list[Any]]:
    """Source → its newest rows about a person, `limit` of them at most (or the source's `least`), newest first."""
    found: dict[str, list[Any]] = {name: [] for name in sources}
    if sources:
        values = {"tenant_id": session.scope.tenant_id, "person_id": person_id, "reader_id": reader_id, "most": limit}
        for name, facts in session.execute(_united(tuple(sources.items())), values):
            found[name].append(sources[name].read(facts))
    return found


@lru_cache(maxsize=64)
def _united(sources: tuple[tuple[str, Source], ...]) -> CompoundSelect[Any]:
    # One statement for each set of sources that some role may read: building it costs more than running it.
    return cast("CompoundSelect[Any]", union_all(*(source.rows(name) for name, source in sources)))
