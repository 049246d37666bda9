"""The list of files, sorted and narrowed by the columns that features add to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Date,
    Row,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
    true,
)
from sqlalchemy.orm import load_only

from clais.clock import today
from clais.database import HERE, ScopedSession, among
from clais.database.keyset import MOST_COUNTED, alphabetical, beyond, counted_together, or_last, page_after
from clais.feature.columns import PersonColumn
from clais.identity.models import Membership
from clais.services import services
from tenants.people.following import without_referent
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES, STAGE

PAGE = 25
MINE, NOBODY = "mine", "none"
_REFERENT: BindParameter[UUID] = bindparam("referent_id", type_=Uuid())
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

    `is_nobodys` wants the files without a referent. `narrowed` are names of columns, each with one of its narrowings;
    `sort` is `name`, `age`, `stage`, `referent` or such a column.
    """

    stage: str | None = None
    referent_id: UUID | BindParameter[UUID] | None = None
    is_nobodys: bool = False
    narrowed: frozenset[tuple[str, str]] = frozenset()
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
    someone = None if wanted.referent_id is None else _REFERENT
    page, key = _first_page(replace(wanted, referent_id=someone, is_nobodys=False), tuple(columns), limit, today())
    if wanted.is_nobodys:  # Whose files they are not depends on the permissions of this installation.
        page = page.where(without_referent(HERE, services().permissions))
    if after is not None:
        page = page.where(beyond(key, Person.id, after, descending=wanted.descending))
    values = {HERE.key: session.scope.tenant_id, _REFERENT.key: wanted.referent_id}
    return list(session.execute(page, values))


def counts(session: ScopedSession, views: Sequence[Wanted], columns: Sequence[PersonColumn]) -> list[int]:
    """How many files each of several lists has, up to MOST_COUNTED, in one statement."""
    lists = [_narrowed(select(literal(1)).select_from(Person), view, columns) for view in views]
    return counted_together(session, lists, MOST_COUNTED, {HERE.key: session.scope.tenant_id})


@lru_cache(maxsize=256)
def _first_page(
    wanted: Wanted, columns: tuple[PersonColumn, ...], limit: int, _day: date
) -> tuple[Select[Any], ColumnElement[Any]]:
    """The first rows of some files, and the key by which they are sorted.

    Whose they are is a parameter, so that the statement is built once a day: that costs as much as reading a page.
    """
    shown = [_expression(column).label(column.name) for column in columns]
    key = _sort_key({column.name: column for column in columns}, wanted.sort, descending=wanted.descending)
    read = select(Person, _referent_name().label("referent"), *shown, key.label("sort_key"))
    narrowed = _narrowed(read.options(_ON_A_ROW), wanted, columns)
    return page_after(narrowed, key, Person.id, None, descending=wanted.descending, limit=limit), key


def _narrowed(statement: Select[Any], wanted: Wanted, columns: Sequence[PersonColumn]) -> Select[Any]:
    # Row level security adds the tenant too. The condition lets a sharded database ask one shard only.
    conditions: list[ColumnElement[bool]] = [Person.tenant_id == HERE]
    conditions.append(Person.stage == wanted.stage if wanted.stage else among(Person.stage, OPEN_STAGES))
    if wanted.referent_id is not None:
        conditions.append(Person.referent_id == wanted.referent_id)
    if wanted.is_nobodys:
        conditions.append(without_referent(HERE, services().permissions))
    codes = dict(wanted.narrowed)
    narrowings = [(column, column.narrowings[codes[column.name]]) for column in columns if column.name in codes]
    narrower = (narrowing.condition(_expression(column)) for column, narrowing in narrowings)
    return statement.where(true(), *conditions, *narrower)


@cache
def _expression(column: PersonColumn) -> ColumnElement[Any]:
    if not column.is_ahead:
        return column.expression(HERE)
    return case((among(Person.stage, OPEN_STAGES), column.expression(HERE)))


def _sort_key(columns: Mapping[str, PersonColumn], sort: str, *, descending: bool) -> ColumnElement[Any]:
    if sort == "name":
        return Person.sort_name.expression
    if sort == "stage":
        return cast(case({code: str(place) for place, code in enumerate(STAGE.states)}, value=Person.stage), Text)
    if sort == "referent":
        # Who has none comes after everybody.
        return func.coalesce(literal("0").concat(alphabetical(_referent_name())), literal("1"))
    if sort == "age":
        born = func.coalesce(Person.birth_date, func.make_date(Person.birth_year, 7, 1), type_=Date)
        return or_last(born, descending=descending)
    return or_last(_expression(columns[sort]), descending=descending)


def _referent_name() -> ColumnElement[str | None]:
    return (
        select(Membership.display_name)
        .where(Membership.tenant_id == HERE, Membership.id == Person.referent_id)
        .scalar_subquery()
    )
