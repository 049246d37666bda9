"""The list of files, sorted and narrowed by the columns that features add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Row, Select, Text, case, cast, func, literal, select, true
from sqlalchemy.orm import load_only

from clais.database import ScopedSession
from clais.database.keyset import MOST_COUNTED, counted_together, or_last, page_after
from clais.feature.columns import PersonColumn
from clais.identity.models import Membership
from clais.services import services
from tenants.people.following import without_referent
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES, STAGE

PAGE = 25
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
    `sort` is `name`, `age`, `stage`, `referent` or such a column.
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
    """One page of files: (person, referent's name, one value a column, sort key); one more row when a page follows.

    `after` is the sort key and the id of the last row of the page before. Raises ValueError for that of another order.
    """
    expressions = {column.name: column.expression() for column in columns}
    shown = [expressions[column.name].label(column.name) for column in columns]
    key = _sort_key(wanted, expressions)
    read = select(Person, _referent_name().label("referent"), *shown, key.label("sort_key"))
    page = _narrowed(read, session, wanted, columns, expressions)
    ordered = page_after(page.options(_ON_A_ROW), key, Person.id, after, descending=wanted.descending, limit=limit)
    return list(session.execute(ordered))


def counts(session: ScopedSession, views: Sequence[Wanted], columns: Sequence[PersonColumn]) -> list[int]:
    """How many files each of several lists has, up to MOST_COUNTED, in one statement."""
    expressions = {column.name: column.expression() for column in columns}
    lists = [_narrowed(select(literal(1)).select_from(Person), session, view, columns, expressions) for view in views]
    return counted_together(session, lists, MOST_COUNTED)


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
    if wanted.sort == "name":
        return Person.sort_name.expression
    if wanted.sort == "stage":
        return cast(case({code: str(place) for place, code in enumerate(STAGE.states)}, value=Person.stage), Text)
    if wanted.sort == "referent":
        # Who has none comes after everybody.
        return func.coalesce(literal("0").concat(func.lower(_referent_name())), literal("1"))
    if wanted.sort == "age":
        born = func.coalesce(Person.birth_date, func.make_date(Person.birth_year, 7, 1), type_=Date)
        return or_last(born, descending=wanted.descending)
    return or_last(expressions[wanted.sort], descending=wanted.descending)


def _referent_name() -> ColumnElement[str | None]:
    return (
        select(Membership.display_name)
        .where(Membership.tenant_id == Person.tenant_id, Membership.id == Person.referent_id)
        .scalar_subquery()
    )
