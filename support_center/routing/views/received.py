"""The list of received referrals: what waits, in the order in which it presses, and what was answered."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, abort, url_for

from clais.audit.listings import stand_above_limit
from clais.clock import today
from clais.database.keyset import count_text
from clais.exchange.publications.queries import scheme_names
from clais.exchange.referrals import lists as referral_lists
from clais.exchange.referrals import news
from clais.exchange.referrals import queries as referral_queries
from clais.exchange.referrals.delays import Promise
from clais.exchange.referrals.lists import GROUPS, WITHOUT_NEWS, InboxLine
from clais.exchange.referrals.workflow import UNANSWERED, URGENCIES, WAITING
from clais.feature.pages import Pages
from clais.listing import Column, Filter, Listing
from clais.registry.dated_settings import settings_here
from clais.registry.queries import platforms_of
from clais.translation import N_, ngettext
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.cursors import after_key, after_moment, write_cursor
from clais.web.lists import Asked, asked, found_text
from clais.web.rendering import render
from support_center.routing import lists, rows
from support_center.routing.presentation import promised_days
from support_center.routing.schemas import InboxSchema

pages = Pages()

INBOX = "inbox.read"
VIEWS = {
    "waiting": N_("To answer"),
    "requested": N_("New referrals"),
    "received": N_("Answer awaited"),
    "incomplete": N_("Incomplete"),
    "running": N_("Under way"),
    "silent": N_("News awaited"),
    "closed": N_("Over"),
}
"""The saved views of the inbox: groups, states of the first of them, and those of the second that lack news."""
STATES_OF = {
    **GROUPS,
    "waiting": UNANSWERED,
    **{code: frozenset({code}) for code in WAITING},
    "silent": GROUPS["running"],
}


@pages.page("/a-traiter", INBOX)
def inbox() -> Response:
    """What waits: the need, the age band and what is known come before any name."""
    stand_above_limit(database())
    session, chosen = database(), asked("routing.inbox", InboxSchema)
    group = chosen.filters["group"]
    waiting = group in {"waiting", *UNANSWERED}
    found = _read(chosen, group, waiting=waiting)
    page, more = found[: referral_lists.PAGE], len(found) > referral_lists.PAGE
    # A message sets `last_moved_at`: a referral that never moved has none.
    moved = [line.referral for line in page if line.referral.last_moved_at != line.referral.requested_at]
    unread = news.unread_messages(session, actor().membership_id, moved)
    listing = Listing(
        caption=_("Received referrals"),
        columns=_inbox_columns(chosen, waiting=waiting),
        lines=rows.received_lines(page, waiting=waiting, grouped=_is_grouped(chosen), unread=unread),
        chips=chosen.chips(_inbox_filters(chosen, only_chosen=True)),
        found="" if more or chosen.sealed else _found(len(page)),
        next_url=_next_url(chosen, page[-1], group, waiting=waiting) if more else None,
        first_url=chosen.first_url,
        has_acts=True,
        tabs=_inbox_tabs(chosen),
        views_url=url_for("routing.inbox_views", **chosen.arguments),
        filters_url=url_for("routing.inbox_filters", **chosen.arguments),
    )
    return render(
        "routing/inbox.html",
        listing=listing,
        waiting=waiting,
        is_narrowed=len(chosen.filters) > 1,
        withdrawn=referral_queries.withdrawals(session) if waiting and not chosen.sealed else [],
        filling=lists.filling_sessions(session),
        promised=promised_days(Promise.of(settings_here(session))),
    )


@pages.page("/a-traiter/vues", INBOX)
def inbox_views() -> Response:
    """The saved views with how many referrals each has: asked for by the page, so that the list does not wait."""
    chosen = asked("routing.inbox", InboxSchema)
    session, narrowed, group = database(), _chosen(chosen), chosen.filters["group"]
    # What is over is many: it is counted where it is shown alone.
    counted = [code for code in VIEWS if code != "closed" or group == "closed"]
    *found, whole = referral_lists.received_counts(
        session,
        [*((STATES_OF[code], narrowed | _lacking_news(code)) for code in counted), (STATES_OF[group], {})],
    )
    known = dict(zip(counted, found, strict=True))
    totals = {"found": found_text(known[group], whole, _found(whole))}
    if _is_grouped(chosen):
        state = {"state": group} if group in UNANSWERED else {}
        pressing = referral_lists.pressing_counts(session, narrowed | state)
        totals |= {rows.group_id(code): count_text(count) for code, count in pressing.items()}
    listing = Listing(
        _("Received referrals"), (), (),
        tabs=_inbox_tabs(chosen, {code: count_text(count) for code, count in known.items()}), totals=totals,
    )  # fmt: skip
    return render("listing/views.html", "listing/_views.html", listing=listing)


@pages.page("/a-traiter/filtres", INBOX)
def inbox_filters() -> Response:
    """The choices by which the inbox is narrowed: a page, and the menu of the list once it is opened."""
    chosen = asked("routing.inbox", InboxSchema)
    listing = Listing(
        _("Received referrals"), (), (),
        filters=_inbox_filters(chosen), url=url_for("routing.inbox"), arguments=chosen.arguments,
    )  # fmt: skip
    return render("listing/filters.html", "listing/_filters.html", listing=listing)


def _is_grouped(chosen: Asked) -> bool:
    return chosen.sort == "left" and chosen.filters["group"] in {"waiting", *UNANSWERED}


def _inbox_columns(chosen: Asked, *, waiting: bool) -> list[Column]:
    """The columns. That of the time is the usual order, which is not turned round."""
    columns = chosen.sorted_by(rows.inbox_columns(waiting=waiting))
    if chosen.sort == "left":
        columns[-1] = replace(columns[-1], url="", direction="ascending" if waiting else "descending")
    return columns


def _read(chosen: Asked, group: str, *, waiting: bool) -> list[InboxLine]:
    """A page of the list in the order that was asked for."""
    if chosen.sort == "left":
        return _to_answer(chosen, group) if waiting else _answered(chosen, group)
    try:
        return referral_lists.received_sorted(
            database(), STATES_OF[group], chosen.sort, chosen.after,
            narrowed=_narrowed(chosen), descending=chosen.descending,
        )  # fmt: skip
    except ValueError:
        abort(400)


def _next_url(chosen: Asked, line: InboxLine, group: str, *, waiting: bool) -> str:
    if chosen.sort != "left":
        return chosen.next_url(line.referral.sort_key, line.referral.id)
    return chosen.url(after=_cursor_after(line, group, waiting=waiting))


def _to_answer(chosen: Asked, group: str) -> list[InboxLine]:
    state = {"state": group} if group in UNANSWERED else {}
    after = _after_pressing(chosen.sealed, group)
    return referral_lists.inbox(database(), after, narrowed=_narrowed(chosen) | state)


def _answered(chosen: Asked, group: str) -> list[InboxLine]:
    after = after_moment(chosen.sealed, group)
    return referral_lists.received(database(), STATES_OF[group], after, narrowed=_narrowed(chosen))


def _after_pressing(sealed: str | None, group: str) -> referral_lists.Cursor | None:
    found = after_key(sealed, group)
    if found is None:
        return None
    try:
        pressing, rank, due = found[0].split()
        return int(pressing), int(rank), date.fromisoformat(due), found[1]
    except ValueError:
        abort(400)


def _cursor_after(line: InboxLine, group: str, *, waiting: bool) -> str:
    # The lists at this address have different sort keys: each reads its own cursors only.
    if not waiting:
        return write_cursor(line.referral.last_moved_at, line.referral.id, group)
    pressing, rank, due, key = referral_lists.inbox_cursor(line.referral)
    return write_cursor(f"{pressing} {rank} {due.isoformat()}", key, group)


def _narrowed(chosen: Asked) -> dict[str, Any]:
    return _chosen(chosen) | _lacking_news(chosen.filters["group"])


def _lacking_news(group: str) -> dict[str, Any]:
    return {WITHOUT_NEWS: today()} if group == "silent" else {}


def _chosen(chosen: Asked) -> dict[str, Any]:
    filters = {name: value for name, value in chosen.filters.items() if name != "group"}
    return {"tenant_id" if name == "sender" else name: value for name, value in filters.items()}


def _inbox_tabs(chosen: Asked, counts: dict[str, str] | None = None) -> list[dict[str, Any]]:
    return [chosen.tab(_(label), (counts or {}).get(code), group=code) for code, label in VIEWS.items()]


def _inbox_filters(chosen: Asked, *, only_chosen: bool = False) -> list[Filter]:
    """The filters; with `only_chosen` those in force alone, as the others are not read before the menu opens."""
    session = database()
    options: dict[str, tuple[str, Callable[[], Mapping[str, str]]]] = {
        "urgency": (_("Urgency"), lambda: {code: _(label) for code, label in URGENCIES.items()}),
        "scheme_id": (_("Scheme"), lambda: scheme_names(session)),
        "sender": (_("Platform"), lambda: platforms_of(session, actor().basin_id)),
    }
    return [
        Filter(name, label, read())
        for name, (label, read) in options.items()
        if not only_chosen or name in chosen.filters
    ]


def _found(count: int) -> str:
    return ngettext("%(num)d referral", "%(num)d referrals", count)
