"""Sessions in the cells of a list, on both sides of the border."""

from datetime import date

from clais.exchange.publications.models import SchemeSession
from clais.exchange.publications.queries import free_seats
from clais.listing import Cell
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import exact_day, row_day

FEW_SEATS = 2


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
