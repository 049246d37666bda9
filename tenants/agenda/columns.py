"""What the agenda adds to the list of files: the next appointment."""

from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from clais.actor import Actor
from clais.feature.columns import Narrowing, PersonColumn
from clais.feature.handling import Key
from clais.listing import Cell
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import beside_row_day, exact_day, row_moment
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import to_come
from tenants.people.models import Person


def _next(here: Key) -> ColumnElement[datetime]:
    return (
        select(func.min(Appointment.starts_at))
        .where(
            Appointment.tenant_id == here,
            Appointment.person_id == Person.id,
            to_come(),
        )
        .scalar_subquery()
    )


def _cell(starts_at: datetime | None, _actor: Actor) -> Cell:
    if starts_at is None:
        return Cell(_("none"), missing=True)
    return Cell(row_moment(starts_at), beside_row_day(starts_at), title=exact_day(starts_at, weekday=True))


NEXT_APPOINTMENT = PersonColumn(
    name="appointment",
    order=20,
    label=N_("Appointment"),
    short=N_("Appt"),
    permission="appointment.read",
    expression=_next,
    cell=_cell,
    narrowings={
        "none": Narrowing(N_("none"), lambda starts: starts.is_(None), N_("Without appointment")),
        "some": Narrowing(N_("at least one"), lambda starts: starts.is_not(None)),
    },
    css="nowrap span-1",
)
