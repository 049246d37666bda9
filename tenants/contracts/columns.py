"""What contracts add to the list of files: until when a signed one covers the person."""

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
from tenants.contracts.models import IntegrationContract
from tenants.people.models import Person

SOON = timedelta(days=30)


def _until(here: Key) -> ColumnElement[date]:
    return (
        select(func.max(IntegrationContract.ends_on))
        .where(
            IntegrationContract.tenant_id == here,
            IntegrationContract.person_id == Person.id,
            IntegrationContract.state == "running",
        )
        .scalar_subquery()
    )


def _cell(ends_on: date | None, _actor: Actor) -> Cell:
    if ends_on is None:
        return Cell(_("no contract"), missing=True)
    if ends_on < today():
        return Cell(lateness(ends_on), kind="late", tag=True, title=exact_day(ends_on, weekday=True))
    return Cell(row_day(ends_on), beside_row_day(ends_on), title=exact_day(ends_on, weekday=True))


CONTRACT_UNTIL = PersonColumn(
    name="contract",
    order=45,
    label=N_("Contract until"),
    short=N_("Contract"),
    permission="contract.read",
    expression=_until,
    cell=_cell,
    narrowings={
        "some": Narrowing(N_("signed"), lambda day: day >= today()),
        "soon": Narrowing(N_("ends within 30 days"), lambda day: day.between(today(), today() + SOON)),
        "over": Narrowing(N_("term passed"), lambda day: day < today()),
        "none": Narrowing(N_("no contract"), lambda day: day.is_(None)),
    },
    css="prio-2 nowrap span-1",
    is_ahead=True,
    is_extra=True,
)
