"""The schemes of a basin as a list, for the centre that publishes them and for the platforms that read them.

A basin has a few dozen schemes: they are narrowed and sorted here, and stand on one page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from textwrap import shorten
from typing import Any

from clais.clock import today
from clais.database import NIL
from clais.exchange.publications.models import SchemeSession
from clais.exchange.publications.presentation import day_cell, seats_cell, waiting_text
from clais.exchange.publications.queries import KINDS, SCHEME_STATES, Delays, SchemeOffer, confirmed_on, free_seats
from clais.exchange.publications.rules.freshness import is_stale
from clais.listing import Cell, Chip, Column, Filter, Line, Listing
from clais.text import fold
from clais.translation import N_
from clais.translation import gettext as _

SORTS = ("name", "operator", "start", "free")
OPERATOR_SHOWN, PLACE_SHOWN, WORDS_SHOWN = 48, 34, 40
"""So many characters stand on two lines and on one; the whole is on hover, and on the page of the scheme."""
WITHIN = {"14": N_("two weeks"), "31": N_("a month"), "92": N_("three months")}
"""Days from today, as a code, and in words."""
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


def offer_search() -> str:
    """What the box of the list looks through."""
    return _("Words, operator, place or postal code")


def with_words(offers: Iterable[SchemeOffer], words: str) -> list[SchemeOffer]:
    """The offers in which all of these words stand, whatever their accents and capitals."""
    wanted = fold(words).split()
    return [offer for offer in offers if all(word in _searched(offer) for word in wanted)]


def found_listing(
    caption: str, lines: Sequence[Line], words: str, found: str, search_url: str, all_url: str
) -> Listing:
    """The list of what has some words: the box holds them, and their chip leads back to the whole list."""
    return Listing(
        caption,
        [replace(column, url="") for column in offer_columns().values()],
        lines,
        chips=[Chip(_("Words"), shorten(words, WORDS_SHOWN, placeholder="…"), all_url)] if words else (),
        found=found,
        search=offer_search(),
        search_url=search_url,
        searched=words,
    )


def offer_filters() -> list[Filter]:
    """The choices by which the list is narrowed."""
    return [
        Filter("kind", _("Kind"), {code: _(label) for code, label in KINDS.items()}),
        Filter("seats", _("Free seats"), {"free": _("at least one seat"), "none": _("no seat left")}),
        Filter("before", _("Begins within"), {code: _(label) for code, label in WITHIN.items()}),
    ]


def narrowed(offers: Iterable[SchemeOffer], filters: Mapping[str, Any]) -> list[SchemeOffer]:
    """The offers with this `kind`, `state` and free `seats`, that begin `before` so many days, and of which somebody
    should confirm what is `stale`.
    """
    last = today() + timedelta(days=int(filters["before"])) if filters.get("before") else None
    return [
        offer
        for offer in offers
        if (last is None or any(today() <= held.starts_on <= last for held in offer.sessions))
        and (not filters.get("stale") or is_to_confirm(offer))
        and filters.get("kind") in (None, offer.scheme.kind)
        and filters.get("state") in (None, offer.scheme.state)
        and ("seats" not in filters or (_free(offer) > 0) == (filters["seats"] == "free"))
    ]


def _searched(offer: SchemeOffer) -> str:
    """All that is said of a scheme and its sessions, as it is searched: without accents, in small letters."""
    scheme = offer.scheme
    texts = [
        *(scheme.name, scheme.operator, _(KINDS.get(scheme.kind, "Another scheme"))),
        *(scheme.audience, scheme.description, scheme.plain_text, scheme.prerequisites),
        *(text for held in offer.sessions for text in (held.place, held.postal_code)),
    ]
    return fold(" ".join(filter(None, texts)))


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
    offers: Sequence[SchemeOffer],
    address: str,
    delays: Delays,
    *,
    for_centre: bool = False,
    planning_address: str = "",
) -> list[Line]:
    """The rows. `address` is the page of the scheme whose id is NIL, `planning_address` the one that plans a session of
    it, where there is none. The centre is told what it should look at again.
    """
    states = {code: Cell(_(label), tag=True) for code, label in SCHEME_STATES.items()}
    none = Cell(_("no session open"), missing=True)
    to_plan = {
        offer.scheme.id: Cell(
            _("Plan a session"),
            none.text,
            title=offer.scheme.name,
            url=planning_address.replace(str(NIL), str(offer.scheme.id)),
        )
        for offer in offers
        if planning_address and offer.scheme.state == "open"
    }
    found = []
    for offer in offers:
        first = offer.sessions[0] if offer.sessions else None
        cells = (
            _short(offer.scheme.operator, OPERATOR_SHOWN),
            _where(first) if first else to_plan.get(offer.scheme.id, none),
            states[offer.scheme.state] if offer.scheme.state != "open" else _seats(offer, delays),
            day_cell(first.closes_on) if first else Cell(),
        )
        url = address.replace(str(NIL), str(offer.scheme.id))
        under = _("to confirm") if for_centre and is_to_confirm(offer) else ""
        found.append(Line(offer.scheme.name, url, cells, under))
    return found


def is_to_confirm(offer: SchemeOffer) -> bool:
    """Whether the platforms rely on what nobody has confirmed for long."""
    return offer.scheme.state == "open" and is_stale(confirmed_on(offer.scheme), today())


def _seats(offer: SchemeOffer, delays: Delays) -> Cell:
    """What a scheme allows: a seat of the first session that has one, or else to wait."""
    if not offer.sessions:
        return Cell(_("when a place is free"), missing=True)
    first = next((held for held in offer.sessions if free_seats(held)), offer.sessions[0])
    if free_seats(first):
        return seats_cell(first)
    return seats_cell(first, waiting_text(offer.scheme.id, delays, closed=_is_closed(offer)))


def _is_closed(offer: SchemeOffer) -> bool:
    """Whether the waiting list of each session is closed."""
    return bool(offer.sessions) and all(held.count.list_closed for held in offer.sessions)


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
