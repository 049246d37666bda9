from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, url_for

from clais.database.keyset import count_text
from clais.feature import composition
from clais.feature.columns import PersonColumn
from clais.feature.pages import Pages
from clais.listing import Filter, Listing
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.context import actor, database
from clais.web.lists import Asked, asked, found_text, rows_or_400
from clais.web.rendering import render
from tenants.caseload import queries
from tenants.caseload.queries import MINE, NOBODY, Wanted
from tenants.caseload.rows import file_columns, filters_of, lines_of, views
from tenants.caseload.schemas import list_schema
from tenants.people.queries import recently_opened
from tenants.people.views.referents import possible_referents

pages = Pages()


@pages.page("/personnes", "person.list")
def index() -> Response:
    """The open files, as a table that is sorted and narrowed."""
    session, columns = database(), _columns()
    chosen = _asked(columns)
    wanted = _wanted(chosen.filters, columns, chosen.sort, descending=chosen.descending)
    rows = rows_or_400(lambda: queries.files_page(session, wanted, columns, chosen.after))
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    mine = chosen.filters.get("referent") == MINE
    listing = Listing(
        caption=_("Files"),
        columns=chosen.sorted_by(file_columns(columns, mine=mine)),
        lines=lines_of(page, columns, actor()),
        chips=chosen.chips(_filters(chosen, columns)) if chosen.filters else [],
        found="" if more or chosen.sealed else _found(len(page)),
        next_url=chosen.next_url(page[-1].sort_key, page[-1][0].id) if more else None,
        first_url=chosen.first_url,
        filters_url=url_for("caseload.filters", **chosen.arguments),
        tabs=_tabs(chosen, columns),
        views_url=url_for("caseload.views_counted", **chosen.arguments),
    )
    # What was opened lately is shown beside the member's own files only.
    recent = recently_opened(session, actor().membership_id) if mine and not chosen.sealed else []
    return render("caseload/index.html", listing=listing, recent=recent)


@pages.page("/personnes/vues", "person.list")
def views_counted() -> Response:
    """How many files each saved view and this list have: asked for by the page, so that the list does not wait."""
    columns = _columns()
    chosen = _asked(columns)
    wanted = [_wanted(filters, columns) for _label, filters, _sort in _views(chosen, columns)]
    *counts, here, whole = queries.counts(database(), [*wanted, _wanted(chosen.filters, columns), Wanted()], columns)
    listing = Listing(
        _("Files"), (), (),
        tabs=_tabs(chosen, columns, [count_text(count) for count in counts]),
        totals={"found": found_text(here, whole, _found(whole))},
    )  # fmt: skip
    return render("listing/views.html", "listing/_views.html", listing=listing)


@pages.page("/personnes/filtres", "person.list")
def filters() -> Response:
    """The choices by which the list is narrowed: a page, and the menu of the list once it is opened."""
    columns = _columns()
    chosen = _asked(columns)
    members = {str(member.id): member.display_name for member in possible_referents()}
    mine = members.pop(str(actor().membership_id), None)
    found = filters_of(columns, members)
    if mine is None:  # Nobody is the referent of a file who may not follow people up.
        found[0] = Filter(found[0].name, found[0].label, {k: v for k, v in found[0].options.items() if k != MINE})
    listing = Listing(_("Files"), (), (), filters=found, url=url_for("caseload.index"), arguments=chosen.arguments)
    return render("listing/filters.html", "listing/_filters.html", listing=listing)


def _columns() -> tuple[PersonColumn, ...]:
    return tuple(column for column in composition().person_columns if actor().may(column.permission))


def _asked(columns: tuple[PersonColumn, ...]) -> Asked:
    return asked("caseload.index", list_schema(columns))


def _wanted(
    filters: Mapping[str, str], columns: Sequence[PersonColumn], sort: str = "name", *, descending: bool = False
) -> Wanted:
    referent = filters.get("referent")
    someone = UUID(referent) if referent and referent not in (MINE, NOBODY) else None
    return Wanted(
        stage=filters.get("stage"),
        referent_id=actor().membership_id if referent == MINE else someone,
        is_nobodys=referent == NOBODY,
        narrowed=frozenset((column.name, filters[column.name]) for column in columns if column.name in filters),
        sort=sort,
        descending=descending,
    )


def _found(count: int) -> str:
    return ngettext("%(num)d file", "%(num)d files", count)


def _views(chosen: Asked, columns: Sequence[PersonColumn]) -> list[tuple[str, dict[str, str], str]]:
    return list(views(columns, actor(), mine=chosen.filters.get("referent") == MINE))


def _tabs(chosen: Asked, columns: Sequence[PersonColumn], counted: list[str] | None = None) -> list[dict[str, Any]]:
    """The tabs of the saved views; each sets its own filters and order, and takes all others away.

    One is marked: that whose filters are most of those in force.
    """
    found = _views(chosen, columns)
    held = [len(filters) if filters.items() <= chosen.filters.items() else -1 for _label, filters, _sort in found]
    current = held.index(max(held))
    return [
        chosen.view(label, filters, counted[place] if counted else None, sort=sort) | {"current": place == current}
        for place, (label, filters, sort) in enumerate(found)
    ]


def _filters(chosen: Asked, columns: Sequence[PersonColumn]) -> list[Filter]:
    """The filters in words; the members are read only when one of them is chosen."""
    by_name = chosen.filters.get("referent") not in (None, MINE, NOBODY)
    members = {str(member.id): member.display_name for member in possible_referents()} if by_name else {}
    return filters_of(columns, members)
