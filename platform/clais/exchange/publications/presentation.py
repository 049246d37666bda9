"""Sessions in the cells of a list, on both sides of the border."""

from datetime import date

from clais.exchange.publications.models import SchemeSession
from clais.exchange.publications.queries import free_seats
from clais.listing import Cell
from clais.translation import gettext as _
from clais.web.formatting import exact_day, row_day

FEW_SEATS = 2


def seats_cell(session: SchemeSession, under: str = "") -> Cell:
    """How many seats of a session are free; few and none are marked."""
    free = free_seats(session)
    if not free:
        return Cell(_("full"), under, "wait")
    return Cell(_("%(free)s of %(seats)s", free=free, seats=session.seats), under, "wait" if free <= FEW_SEATS else "")


def day_cell(day: date, under: str = "") -> Cell:
    """A day, short; the whole date on hover."""
    return Cell(row_day(day), under, title=exact_day(day, weekday=True))
