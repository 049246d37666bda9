"""What the card adds to the list of files: the last contact."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_

from clais.actor import Actor
from clais.clock import today
from clais.feature.columns import Narrowing, PersonColumn
from clais.listing import Cell
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day, row_distance
from tenants.people.models import Person

SILENCE = timedelta(days=30)
"""Without any contact for so long, a file is shown as late."""


def _is_silent(last: ColumnElement[date | None]) -> ColumnElement[bool]:
    return or_(last.is_(None), last < today() - SILENCE)


def _contact(last: date | None, _actor: Actor) -> Cell:
    if last is None:
        return Cell(_("none yet"), missing=True)
    late = "late" if last < today() - SILENCE else ""
    return Cell(row_distance(last), kind=late, title=exact_day(last, weekday=True))


LAST_CONTACT = PersonColumn(
    name="contact",
    order=30,
    label=N_("Contact"),
    short=N_("Contact"),
    permission="person.list",
    expression=lambda _here: Person.last_contact_on.expression,
    cell=_contact,
    narrowings={"month": Narrowing(N_("none for 30 days"), _is_silent, N_("No contact for 30 days"))},
    css="num nowrap span-2",
)
