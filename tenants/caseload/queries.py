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
    String,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import defer, load_only

from clais.clock import today
from clais.database import HERE, MEMBER, ScopedSession, among
from clais.database.keyset import MOST_COUNTED, alphabetical, beyond, counted_together, or_last, page_after
from clais.dates import months_after
from clais.feature.columns import PersonColumn
from clais.identity.models import Membership
from clais.services import services
from tenants.caseload.models import ListExport, SavedView
from tenants.people.following import without_referent
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES, STAGE

PAGE = 25
MINE, NOBODY = "mine", "none"
AGE_BANDS: Mapping[str, tuple[int, int | None]] = {
    "under_25": (0, 25),
    "25_44": (25, 45),
    "45_54": (45, 55),
    "55_up": (55, None),
}
"""Code → the first year of age and the one after the last. Those under 25 and over 54 have measures of their own."""
_REFERENT: BindParameter[UUID] = bindparam("referent_id", type_=Uuid())
_BORN: ColumnElement[date | None] = func.coalesce(
    Person.birth_date, func.make_date(Person.birth_year, 7, 1), type_=Date
)
"""The day of birth; the middle of the year where the year alone is known."""
_ON_A_ROW = load_only(
    Person.reference,
    Person.family_name,
    Person.given_names,
    Person.sort_name,
    Person.birth_date,
    Person.birth_year,
    Person.stage,
    Person.stage_since,
    Person.referent_id,
    Person.last_contact_on,
    Person.quiet_from,
    Person.quiet_until,
    raiseload=True,
)
"""The columns of a row, of the forty that a file has."""


_SAVED = (
    select(SavedView)
    .where(SavedView.tenant_id == HERE, or_(SavedView.membership_id == MEMBER, SavedView.is_shared))
    .order_by(SavedView.label, SavedView.id)
    .limit(30)
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters and the order of the list.

    `is_nobodys` wants the files without a referent, `age` those of one of AGE_BANDS. `narrowed` are names of columns,
    each with one of its narrowings, or a value that it can be narrowed by; `sort` is `name`, `age`, `stage`, `referent`
    or such a column. `shown` are the names of the columns to read, None for the usual ones.
    """

    stage: str | None = None
    age: str | None = None
    referent_id: UUID | BindParameter[UUID] | None = None
    is_nobodys: bool = False
    narrowed: frozenset[tuple[str, str]] = frozenset()
    sort: str = "name"
    descending: bool = False
    shown: frozenset[str] | None = None

    def shows(self, column: PersonColumn) -> bool:
        """Whether the column is read with each row."""
        return not column.is_extra if self.shown is None else column.name in self.shown


def files_page(
    session: ScopedSession,
    wanted: Wanted,
    columns: Sequence[PersonColumn],
    after: tuple[str, UUID] | None = None,
    *,
    limit: int = PAGE,
) -> list[Row[Any]]:
    """One page of files: (person, referent's name, a value for each column shown, sort key), and one row more when a
    page follows.

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


def saved_views(session: ScopedSession, membership_id: UUID) -> list[SavedView]:
    """The views that a member keeps, and those that colleagues keep for the whole team, by name."""
    return list(session.scalars(_SAVED, {HERE.key: session.scope.tenant_id, MEMBER.key: membership_id}))


def exports_of(session: ScopedSession, membership_id: UUID) -> list[ListExport]:
    """The exports that a member asked for and that are still kept, newest first, without what is in them."""
    return list(
        session.scalars(
            select(ListExport)
            .options(defer(ListExport.sealed, raiseload=True))
            .where(ListExport.tenant_id == session.scope.tenant_id, ListExport.membership_id == membership_id)
            .order_by(ListExport.asked_at.desc(), ListExport.id)
        )
    )


def counts(session: ScopedSession, views: Sequence[Wanted], columns: Sequence[PersonColumn]) -> list[int]:
    """How many files each of several lists has, up to MOST_COUNTED, in one statement."""
    lists = [_narrowed(select(literal(1)).select_from(Person), view, columns) for view in views]
    return counted_together(session, lists, MOST_COUNTED, {HERE.key: session.scope.tenant_id})


def number_of(session: ScopedSession, wanted: Wanted, columns: Sequence[PersonColumn]) -> int:
    """How many files a list has, however many they are."""
    rows = _narrowed(select(func.count()).select_from(Person), wanted, columns)
    return session.scalar(rows, {HERE.key: session.scope.tenant_id}) or 0


@lru_cache(maxsize=256)
def _first_page(
    wanted: Wanted, columns: tuple[PersonColumn, ...], limit: int, _day: date
) -> tuple[Select[Any], ColumnElement[Any]]:
    """The first rows of some files, and the key by which they are sorted.

    Whose they are is a parameter, so that the statement is built once a day: that costs as much as reading a page.
    """
    shown = [_expression(column).label(column.name) for column in columns if wanted.shows(column)]
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
    if wanted.age is not None:
        conditions.append(_is_of(AGE_BANDS[wanted.age]))
    codes = dict(wanted.narrowed)
    conditions += [_condition(column, codes[column.name]) for column in columns if column.name in codes]
    return statement.where(true(), *conditions)


def _condition(column: PersonColumn, code: str) -> ColumnElement[bool]:
    """What a file fulfils that is narrowed by a code of the column, or by a value that it can be narrowed by."""
    if code in column.narrowings or column.choosing is None:
        return column.narrowings[code].condition(_expression(column))
    return column.choosing.condition(HERE, _expression(column), code)


def _is_of(ages: tuple[int, int | None]) -> ColumnElement[bool]:
    least, beyond_them = ages
    younger = months_after(today(), -12 * beyond_them) < _BORN if beyond_them is not None else _BORN.is_not(None)
    return younger & (months_after(today(), -12 * least) >= _BORN)


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
        return or_last(_BORN, descending=descending)
    sorted_by = _expression(columns[sort])
    if isinstance(sorted_by.type, String):
        return func.coalesce(literal("0").concat(alphabetical(func.nullif(sorted_by, ""))), literal("1"))
    return or_last(sorted_by, descending=descending)


def _referent_name() -> ColumnElement[str | None]:
    return (
        select(Membership.display_name)
        .where(Membership.tenant_id == HERE, Membership.id == Person.referent_id)
        .scalar_subquery()
    )
