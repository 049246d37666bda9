"""The schemes of a basin as a list, for the centre that publishes them and for the platforms that read them.

A basin has a few dozen schemes: they are narrowed and sorted here, and stand on one page.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from textwrap import shorten
from typing import Any

from clais.database import NIL
from clais.exchange.publications.models import SchemeSession
from clais.exchange.publications.presentation import day_cell, seats_cell
from clais.exchange.publications.queries import KINDS, SCHEME_STATES, SchemeOffer, free_seats
from clais.listing import Cell, Column, Filter, Line
from clais.text import fold
from clais.translation import gettext as _

SORTS = ("name", "operator", "start", "free")
OPERATOR_SHOWN, PLACE_SHOWN = 48, 34
"""So many characters stand on two lines and on one; the whole is on hover, and on the page of the scheme."""
SEATS = ("free", "none")
"""Schemes with a free seat in a session that one can still join, and those without."""


def offer_columns() -> dict[str, Column]:
    """The columns by the names of their sorts."""
    return {
        "name": Column(_("Scheme"), css="long-names"),
        "operator": Column(_("Operator"), css="words prio-2 wide-only"),
        "start": Column(_("Next session"), css="wider amply span-1 joined"),
        "free": Column(_("Free seats"), css="nowrap span-2"),
        "closes": Column(_("Registrations until"), css="nowrap prio-1 wide-only"),
    }


def offer_filters() -> list[Filter]:
    """The choices by which the list is narrowed."""
    return [
        Filter("kind", _("Kind"), {code: _(label) for code, label in KINDS.items()}),
        Filter("seats", _("Free seats"), {"free": _("at least one seat"), "none": _("no seat left")}),
    ]


def narrowed(offers: Iterable[SchemeOffer], filters: Mapping[str, Any]) -> list[SchemeOffer]:
    """The offers with this `kind`, `state` and free `seats`."""
    return [
        offer
        for offer in offers
        if filters.get("kind") in (None, offer.scheme.kind)
        and filters.get("state") in (None, offer.scheme.state)
        and ("seats" not in filters or (_free(offer) > 0) == (filters["seats"] == "free"))
    ]


def in_order(offers: Iterable[SchemeOffer], sort: str, *, descending: bool = False) -> list[SchemeOffer]:
    """The offers by one of SORTS; those without a session come last in either direction."""
    by_name = sorted(offers, key=lambda offer: (fold(offer.scheme.name), str(offer.scheme.id)), reverse=descending)
    if sort == "operator":
        return sorted(by_name, key=lambda offer: fold(offer.scheme.operator), reverse=descending)
    if sort == "free":
        return sorted(by_name, key=_free, reverse=descending)
    if sort == "start":
        planned = [offer for offer in by_name if offer.sessions]
        planned.sort(key=_start, reverse=descending)
        return planned + [offer for offer in by_name if not offer.sessions]
    return by_name


def offer_lines(
    offers: Sequence[SchemeOffer], address: str, act: Callable[[SchemeOffer], str] | None = None
) -> list[Line]:
    """The rows. `address` is the page of the scheme whose id is NIL; `act` renders what can be done."""
    states = {code: Cell(_(label), tag=True) for code, label in SCHEME_STATES.items()}
    none = Cell(_("no session open"), missing=True)
    found = []
    for offer in offers:
        first = offer.sessions[0] if offer.sessions else None
        cells = (
            _short(offer.scheme.operator, OPERATOR_SHOWN),
            _where(first) if first else none,
            states[offer.scheme.state] if offer.scheme.state != "open" else seats_cell(first) if first else Cell(),
            day_cell(first.closes_on) if first else Cell(),
        )
        url = address.replace(str(NIL), str(offer.scheme.id))
        found.append(Line(offer.scheme.name, url, cells, acts=act(offer) if act else ""))
    return found


def _short(text: str, shown: int) -> Cell:
    short = shorten(text, shown, placeholder="…")
    return Cell(short, title=text if short != text else "")


def _where(held: SchemeSession) -> Cell:
    cell, place = day_cell(held.starts_on), _short(held.place, PLACE_SHOWN)
    return cell._replace(under=place.text, title=", ".join(filter(None, (cell.title, place.title))))


def _free(offer: SchemeOffer) -> int:
    return sum(map(free_seats, offer.sessions))


def _start(offer: SchemeOffer) -> date:
    return offer.sessions[0].starts_on
