"""What bilans and plans add to the list of files: what hinders the person, and when the plan is to be evaluated."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Text, cast, func, literal, select

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.columns import Choosing, Narrowing, PersonColumn
from clais.feature.handling import Key
from clais.instruments.rules.dimensions import SENSITIVE
from clais.listing import Cell
from clais.text import lower_first
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import beside_row_day, exact_day, lateness, row_day
from tenants.orientation.models import ActionPlan, Bilan, BilanAnswer
from tenants.orientation.rules.dimensions import BY_CODE, DIMENSIONS, LEVELS
from tenants.people.models import Person

SOON = timedelta(days=30)


def _review(here: Key) -> ColumnElement[date]:
    return (
        select(func.min(ActionPlan.review_on))
        .where(ActionPlan.tenant_id == here, ActionPlan.person_id == Person.id, ActionPlan.state == "open")
        .scalar_subquery()
    )


def _cell(review_on: date | None, _actor: Actor) -> Cell:
    if review_on is None:
        return Cell(_("no plan"), missing=True)
    if review_on < today():
        return Cell(lateness(review_on), kind="late", tag=True, title=exact_day(review_on, weekday=True))
    return Cell(row_day(review_on), beside_row_day(review_on), title=exact_day(review_on, weekday=True))


PLAN_REVIEW = PersonColumn(
    name="plan",
    order=40,
    label=N_("Plan to evaluate"),
    short=N_("Plan"),
    permission="orientation.read",
    expression=_review,
    cell=_cell,
    narrowings={
        "month": Narrowing(N_("within 30 days"), lambda day: day <= today() + SOON, N_("Plan to evaluate")),
        "late": Narrowing(N_("late"), lambda day: day < today()),
        "none": Narrowing(N_("no plan"), lambda day: day.is_(None)),
    },
    css="nowrap span-1",
    is_ahead=True,
)


SHOWN = 2
"""More obstacles than these are a number, with their words behind it."""
_LISTED = tuple(dimension.code for dimension in DIMENSIONS if dimension.code not in SENSITIVE)
"""The dimensions by which people are listed. An answer about health or justice is sealed in the database: nobody lists,
narrows or counts by it.
"""
_OBSTACLES = tuple(level for level in LEVELS if level < 0)


def _last_bilan(here: Key) -> ScalarSelect[UUID]:
    return (
        select(Bilan.id)
        .where(Bilan.tenant_id == here, Bilan.person_id == Person.id)
        .order_by(Bilan.made_on.desc(), Bilan.id.desc())
        .limit(1)
        .correlate(Person)
        .scalar_subquery()
    )


def _obstacles(here: Key) -> ColumnElement[str | None]:
    said = cast(BilanAnswer.level, Text).concat(literal(" ")).concat(BilanAnswer.dimension)
    return (
        select(func.string_agg(said, literal(","), type_=Text()))
        .where(BilanAnswer.tenant_id == here, BilanAnswer.bilan_id == _last_bilan(here), BilanAnswer.level < 0)
        .correlate(Person)
        .scalar_subquery()
    )


def _stands_at(here: Key, _obstacles: ColumnElement[str], code: str) -> ColumnElement[bool]:
    dimension, level = code.split(".")
    # A scalar, and not EXISTS: it is asked file by file in the order of the page, and no further than the page goes.
    stands = select(BilanAnswer.level).where(
        BilanAnswer.tenant_id == here, BilanAnswer.bilan_id == _last_bilan(here), BilanAnswer.dimension == dimension
    )
    return stands.correlate(Person).scalar_subquery() <= -int(level)


def _levels(_session: ScopedSession) -> Mapping[str, str]:
    return {f"{code}.{-level}": _at_or_below(_(BY_CODE[code].label), level) for code in _LISTED for level in _OBSTACLES}


def _at_or_below(dimension: str, level: int) -> str:
    if level == min(LEVELS):
        return _("%(dimension)s: %(level)s", dimension=dimension, level=_(LEVELS[level]))
    return _("%(dimension)s: %(level)s or worse", dimension=dimension, level=_(LEVELS[level]))


def _obstacle_cell(said: str | None, _actor: Actor) -> Cell:
    found = sorted((int(level), code) for level, code in (each.split(" ") for each in (said or "").split(",") if each))
    labels = [_(BY_CODE[code].label) for _level, code in found if code in BY_CODE]
    words = [lower_first(label) if place else label for place, label in enumerate(labels)]
    more = len(words) - SHOWN
    text = ", ".join(words[:SHOWN])
    return Cell(f"{text} +{more}" if more > 0 else text, title=", ".join(words) if more > 0 else "")


OBSTACLES = PersonColumn(
    name="obstacle",
    order=42,
    label=N_("Obstacles in the last bilan"),
    short=N_("Obstacles"),
    permission="orientation.read",
    expression=_obstacles,
    cell=_obstacle_cell,
    choosing=Choosing(
        rf"(?:{'|'.join(_LISTED)})\.[{''.join(str(-level) for level in _OBSTACLES)}]", _levels, _stands_at
    ),
    css="prio-2 span-2",
    sortable=False,
    is_extra=True,
)
