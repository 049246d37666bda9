"""Sessions in the cells of a list, on both sides of the border."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from markupsafe import Markup

from clais.clock import today
from clais.exchange.publications.models import Scheme, SchemeOperator, SchemeSession
from clais.exchange.publications.queries import Delays, free_seats
from clais.exchange.publications.rules.delays import ANSWER, START, WAIT, Usual
from clais.listing import Cell
from clais.numbers import format_enterprise_number, format_phone
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, row_day

FEW_SEATS = 2
Fact = tuple[str, str | Markup]
"""A label and what it says."""


def outside_link(address: str) -> Markup:
    """A link to a site of others, which learns nothing of where it was followed."""
    said = Markup('{}<span class="visually-hidden"> ({})</span>').format(
        address.partition("://")[2].rstrip("/"), _("in a new tab")
    )
    return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(address, said)


def operator_facts(operator: SchemeOperator | None) -> list[Fact]:
    """How an operator is reached, as far as it is known."""
    if operator is None:
        return []
    number, phone = operator.enterprise_number, operator.phone
    said = (
        (_("Whom to ask for"), operator.contact),
        (_("Phone"), format_phone(phone) if phone else None),
        (_("E-mail"), operator.email),
        (_("Website"), outside_link(operator.website) if operator.website else None),
        (_("Enterprise number"), format_enterprise_number(number) if number else None),
    )
    return [(label, value) for label, value in said if value]


def scheme_facts(scheme: Scheme, required: Sequence[str]) -> list[Fact]:
    """What is said of a scheme to whoever refers someone there, as far as the centre wrote it."""
    said: tuple[tuple[str, str | Markup | None], ...] = (
        (_("For whom?"), scheme.audience),
        (_("Needed before"), scheme.prerequisites),
        (_("Cost and allowances"), scheme.cost),
        (_("Documents to bring"), scheme.documents),
        (_("Contact"), scheme.contacts),
        (_("Website"), outside_link(scheme.website) if scheme.website else None),
        (_("What a referral must tell"), ", ".join(required) or _("nothing in particular")),
    )
    return [(label, value) for label, value in said if value]


def session_texts(held: SchemeSession) -> list[str]:
    """What is said of a session besides its days and its seats, as far as the centre wrote it."""
    hour = held.starts_at.strftime("%H:%M") if held.starts_at else None
    begins = _("begins at %(hour)s", hour=hour) if hour else None
    paused = None
    if held.suspended_from and held.suspended_until and held.suspended_until >= today():
        first, last = exact_day(held.suspended_from), exact_day(held.suspended_until)
        paused = _("takes nobody new from %(first)s to %(last)s", first=first, last=last)
    return [text for text in (held.place, begins, held.timetable, held.directions, held.note, paused) if text]


def usual_text(delay: Usual) -> str:
    """What is usual, never as a promise."""
    half = ngettext("%(num)d day", "%(num)d days", delay.median)
    return _(
        "usually %(half)s (9 in 10: %(most)s)",
        half=half,
        most=ngettext("%(num)d day", "%(num)d days", delay.nine_in_ten),
    )


def waiting_text(scheme_id: UUID, delays: Delays, *, closed: bool = False) -> str:
    """What someone does who is sent to a scheme that is full: they wait, as long as others did, if that is known.

    A list that does not move takes nobody: it says so, with how long those waited who got a seat, never a day.
    """
    known = delays.get((scheme_id, WAIT))
    if closed:
        said = _("the list is closed: it does not move any more")
        return said if known is None else _("%(said)s; %(usual)s", said=said, usual=usual_text(known))
    return _("waiting list") if known is None else _("waiting list, %(usual)s", usual=usual_text(known))


def delay_facts(scheme_id: UUID, delays: Delays) -> list[Fact]:
    """How long the answer and the beginning usually take, of this scheme, else of all; blank when nobody can say."""
    said = []
    for kind, label in ((ANSWER, _("Answer")), (START, _("From the acceptance to the beginning"))):
        known = delays.get((scheme_id, kind))
        if known is not None:
            said.append((label, usual_text(known)))
        elif (known := delays.get((None, kind))) is not None:
            said.append((label, _("%(usual)s, all schemes together", usual=usual_text(known))))
    return said


def free_of(free: int, seats: int) -> str:
    """How many seats are free, said so that nobody takes them for those that are taken."""
    return ngettext("%(num)d free of %(seats)s", "%(num)d free of %(seats)s", free, seats=seats)


def seats_cell(session: SchemeSession, under: str = "") -> Cell:
    """How many seats of a session are free; few and none are marked."""
    free = free_seats(session)
    if not free:
        return Cell(_("full"), under, "wait")
    return Cell(free_of(free, session.seats), under, "wait" if free <= FEW_SEATS else "")


def day_cell(day: date, under: str = "") -> Cell:
    """A day, short; the whole date on hover."""
    return Cell(row_day(day), under, title=exact_day(day, weekday=True))
