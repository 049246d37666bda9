from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, url_for

from clais.database.keyset import count_text
from clais.feature import composition
from clais.feature.columns import PersonColumn
from clais.feature.pages import Pages
from clais.listing import Filter, Listing
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.lists import Asked, found_text, rows_or_400
from clais.web.rendering import render
from tenants.caseload import queries
from tenants.caseload.forms import (
    arguments_known,
    asked_here,
    columns_here,
    filters_in_force,
    options_of,
    still_means_the_same,
    wanted_by,
    wanted_of,
)
from tenants.caseload.queries import MINE, Wanted
from tenants.caseload.rows import View, bulk_acts, choosable, file_columns, filters_of, lines_of, saved, views
from tenants.caseload.views.exports import EXPORT
from tenants.people.queries import recently_opened
from tenants.people.views.referents import possible_referents

pages = Pages()


@pages.page("/personnes", "person.list")
def index() -> Response:
    """The open files, as a table that is sorted and narrowed."""
    session, columns = database(), columns_here()
    chosen = asked_here(columns)
    wanted = wanted_by(chosen, columns)
    rows = rows_or_400(lambda: queries.files_page(session, wanted, columns, chosen.after))
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    mine = chosen.filters.get("referent") == MINE
    listing = Listing(
        caption=_("Files"),
        columns=chosen.sorted_by(file_columns(columns, wanted, mine=mine)),
        lines=lines_of(page, columns, wanted, actor()),
        chips=chosen.chips(filters_in_force(chosen, columns)) if chosen.filters else [],
        found="" if more or chosen.sealed else _found(len(page)),
        next_url=chosen.next_url(page[-1].sort_key, page[-1][0].id) if more else None,
        first_url=chosen.first_url,
        filters_url=url_for("caseload.filters", **chosen.arguments),
        tabs=_tabs(chosen, _views(chosen, columns)),
        views_url=url_for("caseload.views_counted", **chosen.arguments),
        url=chosen.path,
        arguments=chosen.arguments,
        choosable=choosable(columns, wanted),
        keep_url=url_for("caseload.keep_view", **chosen.arguments) if chosen.arguments else "",
        bulk_acts=bulk_acts(composition().list_acts, actor()),
        export_url=url_for("caseload.export", **chosen.arguments) if actor().may(EXPORT) else "",
    )
    # What was opened lately is shown beside the member's own files only.
    recent = recently_opened(session, actor().membership_id) if mine and not chosen.sealed else []
    return render("caseload/index.html", listing=listing, recent=recent)


@pages.page("/personnes/vues", "person.list")
def views_counted() -> Response:
    """How many files each saved view and this list have: asked for by the page, so that the list does not wait."""
    columns = columns_here()
    chosen = asked_here(columns)
    found = _views(chosen, columns)
    wanted = [wanted_of(view.filters, columns) for view in found]
    *counts, here, whole = queries.counts(database(), [*wanted, wanted_of(chosen.filters, columns), Wanted()], columns)
    listing = Listing(
        _("Files"), (), (),
        tabs=_tabs(chosen, found, [count_text(count) for count in counts]),
        totals={"found": found_text(here, whole, _found(whole))},
    )  # fmt: skip
    return render("listing/views.html", "listing/_views.html", listing=listing)


@pages.page("/personnes/filtres", "person.list")
def filters() -> Response:
    """The choices by which the list is narrowed: a page, and the menu of the list once it is opened."""
    columns = columns_here()
    chosen = asked_here(columns)
    members = {str(member.id): member.display_name for member in possible_referents()}
    mine = members.pop(str(actor().membership_id), None)
    found = filters_of(columns, members, options_of)
    if mine is None:  # Nobody is the referent of a file who may not follow people up.
        found[0] = Filter(found[0].name, found[0].label, {k: v for k, v in found[0].options.items() if k != MINE})
    listing = Listing(_("Files"), (), (), filters=found, url=url_for("caseload.index"), arguments=chosen.arguments)
    return render("listing/filters.html", "listing/_filters.html", listing=listing)


def _found(count: int) -> str:
    return ngettext("%(num)d file", "%(num)d files", count)


def _views(chosen: Asked, columns: tuple[PersonColumn, ...]) -> list[View]:
    """The views above the list: those of the house, with « All » last of them, then what members keep."""
    kept = queries.saved_views(database(), actor().membership_id)
    return [
        *views(columns, actor(), mine=chosen.filters.get("referent") == MINE),
        *(
            saved(view, arguments_known(columns, view.arguments))
            for view in kept
            if still_means_the_same(columns, view.arguments)
        ),
    ]


def _tabs(chosen: Asked, found: Sequence[View], counted: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """The tabs of the views; each sets its own filters, order and columns, and takes all others away.

    One is marked: that whose filters are most of those in force, the first of several.
    """
    held = [len(view.filters) if view.filters.items() <= chosen.filters.items() else -1 for view in found]
    current = held.index(max(held))
    return [
        {
            "label": view.label,
            "url": replace(
                chosen,
                filters=view.filters,
                sort=view.sort,
                is_turned=view.is_turned,
                columns=view.columns or chosen.columns,
            ).url(),
            "count": counted[place] if counted else None,
            "current": place == current,
        }
        for place, view in enumerate(found)
    ]
