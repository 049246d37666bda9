"""The list of files, sorted and narrowed by the columns that features add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Row,
    Select,
    Text,
    case,
    cast,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import load_only

from clais.database import ScopedSession
from clais.feature.columns import PersonColumn
from clais.identity.models import Membership
from clais.services import services
from tenants.people.following import without_referent
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES, STAGE

PAGE = 25
MOST_COUNTED = 1000
"""Counting stops there: a tab then says « 1 000+ »."""
FIRST, LAST = date(1000, 1, 1), date(9999, 12, 31)
"""They stand for « none »: files without a value come last in either direction."""
MINE, NOBODY = "mine", "none"
_ON_A_ROW = load_only(
    Person.reference,
    Person.family_name,
    Person.given_names,
    Person.sort_name,
    Person.birth_date,
    Person.birth_year,
    Person.stage,
    Person.referent_id,
    Person.last_contact_on,
    raiseload=True,
)
"""The columns of a row, of the forty that a file has."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters and the order of the list.

    `is_nobodys` wants the files without a referent. `narrowed` maps the name of a column to one of its narrowings;
    `sort` is `name`, `age`, `stage` or such a column.
    """

    stage: str | None = None
    referent_id: UUID | None = None
    is_nobodys: bool = False
    narrowed: Mapping[str, str] = field(default_factory=dict)
    sort: str = "name"
    descending: bool = False


def files_page(
    session: ScopedSession,
    wanted: Wanted,
    columns: Sequence[PersonColumn],
    after: tuple[str, UUID] | None = None,
    *,
    limit: int = PAGE,
) -> list[Row[Any]]:
    """One page of files: (person, referent's name, one value a column), and one more row when a page follows.

    `after` is the sort key and the id of the last row of the page before, see `key_of`.
    """
    expressions = {column.name: column.expression() for column in columns}
    shown = [expressions[column.name].label(column.name) for column in columns]
    page = _narrowed(select(Person, _referent_name().label("referent"), *shown), session, wanted, columns, expressions)
    key = _sort_key(wanted, expressions)
    if after is not None:
        start = tuple_(key, Person.id)
        last = tuple_(cast(literal(_bound(after[0], key)), key.type), after[1])
        page = page.where(start < last if wanted.descending else start > last)
    order = (key.desc(), Person.id.desc()) if wanted.descending else (key, Person.id)
    return list(session.execute(page.options(_ON_A_ROW).order_by(*order).limit(limit + 1)))


def key_of(row: Row[Any], wanted: Wanted) -> str | date:
    """The sort key of a row, for the cursor of the page after it."""
    person = row[0]
    none = FIRST if wanted.descending else LAST
    if wanted.sort == "name":
        return str(person.sort_name)
    if wanted.sort == "stage":
        return str(list(STAGE.states).index(person.stage))
    if wanted.sort == "age":
        born: date | None = person.birth_date or (date(person.birth_year, 7, 1) if person.birth_year else None)
        return born or none
    value: date | str | None = getattr(row, wanted.sort)
    return none if value is None else value


def counts(session: ScopedSession, views: Sequence[Wanted], columns: Sequence[PersonColumn]) -> list[int]:
    """How many files each of several lists has, up to MOST_COUNTED, in one statement."""
    if not views:
        return []
    expressions = {column.name: column.expression() for column in columns}
    counted = [
        select(func.count())
        .select_from(
            _narrowed(select(literal(1)).select_from(Person), session, view, columns, expressions)
            .limit(MOST_COUNTED)
            .subquery()
        )
        .scalar_subquery()
        for view in views
    ]
    return list(session.execute(select(*counted)).one())


def _narrowed(
    statement: Select[Any],
    session: ScopedSession,
    wanted: Wanted,
    columns: Sequence[PersonColumn],
    expressions: Mapping[str, ColumnElement[Any]],
) -> Select[Any]:
    # Row level security adds the tenant too. The condition lets a sharded database ask one shard only.
    conditions: list[ColumnElement[bool]] = [Person.tenant_id == session.scope.tenant_id]
    conditions.append(Person.stage == wanted.stage if wanted.stage else Person.stage.in_(OPEN_STAGES))
    if wanted.referent_id is not None:
        conditions.append(Person.referent_id == wanted.referent_id)
    if wanted.is_nobodys:
        conditions.append(without_referent(services().permissions))
    for column in columns:
        code = wanted.narrowed.get(column.name)
        if code:
            conditions.append(column.narrowings[code].condition(expressions[column.name]))
    return statement.where(true(), *conditions)


def _sort_key(wanted: Wanted, expressions: Mapping[str, ColumnElement[Any]]) -> ColumnElement[Any]:
    none = FIRST if wanted.descending else LAST
    if wanted.sort == "name":
        return Person.sort_name.expression
    if wanted.sort == "stage":
        return cast(case({code: str(place) for place, code in enumerate(STAGE.states)}, value=Person.stage), Text)
    if wanted.sort == "age":
        return func.coalesce(Person.birth_date, func.make_date(Person.birth_year, 7, 1), cast(literal(none), Date))
    expression = expressions[wanted.sort]
    if isinstance(expression.type, DateTime):
        midnight = datetime.combine(none, time(), UTC)
        return func.coalesce(expression, cast(literal(midnight), DateTime(timezone=True)))
    return func.coalesce(expression, cast(literal(none), Date))


def _bound(key: str, expression: ColumnElement[Any]) -> str | date:
    """A sort key that was read from a cursor, as a value of the expression's type. Raises ValueError."""
    if isinstance(expression.type, DateTime):
        found = datetime.fromisoformat(key)
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return date.fromisoformat(key) if isinstance(expression.type, Date) else key


def _referent_name() -> ColumnElement[str | None]:
    return (
        select(Membership.display_name)
        .where(Membership.tenant_id == Person.tenant_id, Membership.id == Person.referent_id)
        .scalar_subquery()
    )
