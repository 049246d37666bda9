"""What the card adds to the list of files: the last contact, and on request status and municipality."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Text, and_, func, or_, select

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.columns import Choosing, Narrowing, PersonColumn
from clais.listing import Cell
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import exact_day, row_distance
from tenants.people.choices import STATUS
from tenants.people.models import Person
from tenants.people.quiet import awaited, is_quiet, quiet
from tenants.people.withheld import IN_CLEAR

SILENCE = timedelta(days=30)
"""Without any contact for so long, a file is shown as late."""


def _is_silent(last: ColumnElement[date | None]) -> ColumnElement[bool]:
    return and_(or_(last.is_(None), last < today() - SILENCE), awaited(today()))


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
    narrowings={
        "month": Narrowing(N_("none for 30 days"), _is_silent, N_("No contact for 30 days")),
        "quiet": Narrowing(N_("none needed for now"), lambda _last: quiet(today())),
    },
    is_excused=is_quiet,
    css="num nowrap span-2",
)


def _plain(text: str | None, _actor: Actor) -> Cell:
    return Cell(text) if text else Cell(_("not known"), missing=True)


def _postal_codes(session: ScopedSession) -> Mapping[str, str]:
    """The postal codes where people of the platform live, each with the name of a locality of it."""
    rows = session.execute(
        select(Person.postal_code, func.min(Person.locality))
        .where(Person.tenant_id == session.scope.tenant_id, Person.postal_code.is_not(None))
        .group_by(Person.postal_code)
        .order_by(Person.postal_code)
    )
    return {code: " ".join(filter(None, (code, locality))) for code, locality in rows if code}


STATUS_NOW = PersonColumn(
    name="status",
    order=60,
    label=N_("Status"),
    short=N_("Status"),
    permission="person.read",
    expression=lambda _here: Person.status.expression,
    cell=lambda code, actor: _plain(_(STATUS[code]) if code in STATUS else None, actor),
    narrowings={
        code: Narrowing(label, lambda status, code=code: status == code)  # type: ignore[misc]
        for code, label in STATUS.items()
        if code not in IN_CLEAR  # What tells of health is « other » here, and nobody is listed by it.
    }
    | {"none": Narrowing(N_("not known"), lambda status: status.is_(None))},
    css="prio-2 span-1",
    sortable=False,
    is_extra=True,
)
MUNICIPALITY = PersonColumn(
    name="place",
    order=70,
    label=N_("Postal code"),
    short=N_("Lives in"),
    permission="person.list",
    expression=lambda _here: func.concat_ws(" ", Person.postal_code, Person.locality, type_=Text()),
    cell=_plain,
    choosing=Choosing(r"\d{4}", _postal_codes, lambda _here, _place, code: Person.postal_code == code),
    css="prio-2 span-1",
    is_extra=True,
)
