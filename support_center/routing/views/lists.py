"""The lists of the centre: participants, sessions and their seats."""

from typing import Any
from uuid import UUID

from flask import Response, url_for

from clais.database.keyset import count_text
from clais.exchange.publications.queries import scheme_names
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.listing import Filter, Listing
from clais.registry.queries import platforms_of
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.lists import Asked, asked, found_text, rows_or_400
from clais.web.rendering import render
from support_center.routing import lists, rows
from support_center.routing.lists import FREE, FULL, OVER, WAITED_FOR
from support_center.routing.schemas import ParticipantListSchema, SeatsSchema
from support_center.routing.workflow import PARTICIPANT

pages = Pages()

READ = "participant.read"
SEATS = {
    FREE: N_("With free seats"),
    FULL: N_("Full sessions"),
    WAITED_FOR: N_("Somebody waits"),
    OVER: N_("Sessions that are over"),
}


# Participants
# -----------------------------------------------------------------------------------------------------


@pages.page("/participants", READ)
def participants() -> Response:
    """Who was received, sorted and narrowed. Each one is shown as long as their agreement stands."""
    chosen = asked("routing.participants", ParticipantListSchema, down_first={"opened"})
    found = rows_or_400(
        lambda: lists.participants_page(
            database(), chosen.filters, chosen.sort, chosen.after, descending=chosen.descending
        )
    )
    page, more = found[: lists.PAGE], len(found) > lists.PAGE
    filters = [Filter("from_tenant_id", _("Platform"), platforms_of(database(), actor().basin_id))]
    listing = chosen.listing(
        _("Participants"),
        rows.participant_columns(),
        rows.participant_lines(page),
        found=_participants_found(len(page)),
        last=page[-1] if more else None,
        filters=filters,
        tabs=_participant_tabs(chosen),
        views_url=url_for("routing.participants_views", **chosen.arguments),
    )
    return render("routing/participants.html", listing=listing, typed=None, is_narrowed=bool(chosen.filters), form=None)


@pages.page("/participants/vues", READ)
def participants_views() -> Response:
    """The saved views with how many participants each has: asked for by the page, so that the list does not wait."""
    chosen = asked("routing.participants", ParticipantListSchema, down_first={"opened"})
    narrowed = {name: value for name, value in chosen.filters.items() if name != "state"}
    states = (None, *PARTICIPANT.states)
    found = lists.participant_counts(database(), states, narrowed)
    here = found[states.index(chosen.filters.get("state"))]
    whole = lists.participant_counts(database(), (None,), {})[0] if narrowed else found[0]
    listing = Listing(
        _("Participants"), (), (),
        tabs=_participant_tabs(chosen, [count_text(count) for count in found]),
        totals={"found": found_text(here, whole, _participants_found(whole))},
    )  # fmt: skip
    return render("listing/views.html", "listing/_views.html", listing=listing)


def _participants_found(count: int) -> str:
    return ngettext("%(num)d participant", "%(num)d participants", count)


def _participant_tabs(chosen: Asked, counts: list[str] | None = None) -> list[dict[str, Any]]:
    views: dict[str | None, str] = {None: _("All"), **{code: _(label) for code, label in PARTICIPANT.states.items()}}
    return [
        chosen.tab(label, counts[place] if counts else None, state=code)
        for place, (code, label) in enumerate(views.items())
    ]


def found_page(found: list[UUID], form: Form, typed: str, *, nearly: bool) -> Response:
    """The participants that a search found, or names that are nearly so, as the same list."""
    listing = Listing(
        caption=_("Participants"),
        columns=list(rows.participant_columns().values()),
        lines=rows.participant_lines(lists.participants_listed(database(), found)),
        found=_participants_found(len(found)),
    )
    return render(
        "routing/participants.html", listing=listing, typed=typed, is_narrowed=False, form=form, nearly=nearly
    )


# Sessions and their seats
# -----------------------------------------------------------------------------------------------------


@pages.page("/places", READ)
def seats() -> Response:
    """The sessions under way or to come: how full, who waits."""
    session, chosen = database(), asked("routing.seats", SeatsSchema)
    found = rows_or_400(
        lambda: lists.sessions_page(session, chosen.filters, chosen.sort, chosen.after, descending=chosen.descending)
    )
    page, more = found[: lists.SEATS_PAGE], len(found) > lists.SEATS_PAGE
    filters = [Filter("scheme", _("Scheme"), scheme_names(session))]
    tabs, here, whole = _seat_tabs(chosen)
    listing = chosen.listing(
        _("Sessions"),
        rows.seat_columns(),
        rows.seat_lines(page),
        found=found_text(here, whole, ngettext("%(num)d session", "%(num)d sessions", whole)),
        last=page[-1] if more else None,
        filters=filters,
        tabs=tabs,
    )
    return render("routing/seats.html", listing=listing, is_narrowed=bool(chosen.filters))


def _seat_tabs(chosen: Asked) -> tuple[list[dict[str, Any]], int, int]:
    """The tabs, how many sessions this list has, and how many there are in all that are not over, or that are."""
    scheme = {name: value for name, value in chosen.filters.items() if name != "seats"}
    views: dict[str | None, str] = {None: _("All sessions"), **{code: _(label) for code, label in SEATS.items()}}
    all_of_them = {"seats": OVER} if chosen.filters.get("seats") == OVER else {}
    *counts, whole = lists.session_counts(
        database(), [*(scheme | ({"seats": code} if code else {}) for code in views), all_of_them]
    )
    tabs = [
        chosen.tab(label, count_text(count), seats=code)
        for (code, label), count in zip(views.items(), counts, strict=True)
    ]
    return tabs, counts[list(views).index(chosen.filters.get("seats"))], whole
