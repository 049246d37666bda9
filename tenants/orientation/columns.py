"""What plans add to the list of files: the day by which the plan is to be evaluated."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, select

from clais.actor import Actor
from clais.clock import today
from clais.feature.columns import Narrowing, PersonColumn
from clais.feature.handling import Key
from clais.listing import Cell
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import beside_row_day, exact_day, lateness, row_day
from tenants.orientation.models import ActionPlan
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
