from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort, url_for

from clais.database.keyset import count_text
from clais.feature import composition
from clais.feature.columns import PersonColumn
from clais.feature.pages import Pages
from clais.listing import Filter, Listing
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.cursors import after_key, write_cursor
from clais.web.rendering import render
from tenants.caseload import queries
from tenants.caseload.queries import MINE, NOBODY, Wanted
from tenants.caseload.rows import address, arguments_of, chips, heads, lines_of, views
from tenants.caseload.schemas import list_schema
from tenants.people.queries import recently_opened
from tenants.people.views.referents import possible_referents
from tenants.people.workflow import STAGE

pages = Pages()


@pages.page("/personnes", "person.list")
def index() -> Response:
    """The open files, as a table that is sorted and narrowed."""
    columns = _columns()
    chosen = query_arguments(list_schema(columns))
    wanted = _wanted(chosen, columns)
    part = f"{wanted.sort} down" if wanted.descending else wanted.sort
    try:
        rows = queries.files_page(database(), wanted, columns, after_key(chosen["after"], part))
    except ValueError:
        abort(400)  # A cursor of ours, for another order.
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    following = write_cursor(queries.key_of(page[-1], wanted), page[-1][0].id, part) if more else None
    listing = Listing(
        caption=_("Files"),
        columns=heads(wanted, columns, actor()),
        lines=lines_of(page, columns, actor()),
        chips=chips(wanted, columns, actor(), _name_of),
        found="" if more or chosen["after"] else ngettext("%(num)d file", "%(num)d files", len(page)),
        next_url=address(wanted, actor(), after=following) if following else None,
        first_url=address(wanted, actor()) if chosen["after"] else None,
        filters_url=url_for("caseload.filters", **arguments_of(wanted, actor())),
        tabs=_tabs(wanted, columns),
        views_url=url_for("caseload.views_counted", **arguments_of(wanted, actor())),
    )
    # What was opened lately is shown beside the member's own files only.
    mine = wanted.referent_id == actor().membership_id and not chosen["after"]
    recent = recently_opened(database(), actor().membership_id) if mine else []
    return render("caseload/index.html", listing=listing, recent=recent)


@pages.page("/personnes/vues", "person.list")
def views_counted() -> Response:
    """The saved views with how many files each has: asked for by the page, so that the list does not wait."""
    columns = _columns()
    wanted = _wanted(query_arguments(list_schema(columns)), columns)
    found = queries.counts(database(), [view for _label, view in views(columns, actor(), wanted)], columns)
    tabs = _tabs(wanted, columns, [count_text(count) for count in found])
    return render("listing/views.html", "listing/_views.html", listing=Listing(_("Files"), (), (), tabs=tabs))


@pages.page("/personnes/filtres", "person.list")
def filters() -> Response:
    """The choices by which the list is narrowed: a page, and the menu of the list once it is opened."""
    columns = _columns()
    wanted = _wanted(query_arguments(list_schema(columns)), columns)
    listing = Listing(
        _("Files"), (), (),
        filters=_filters(columns), url=url_for("caseload.index"), arguments=arguments_of(wanted, actor()),
    )  # fmt: skip
    return render("listing/filters.html", "listing/_filters.html", listing=listing)


def _columns() -> tuple[PersonColumn, ...]:
    return tuple(column for column in composition().person_columns if actor().may(column.permission))


def _wanted(chosen: Mapping[str, Any], columns: tuple[PersonColumn, ...]) -> Wanted:
    referent = chosen["referent"]
    someone = UUID(referent) if referent and referent not in (MINE, NOBODY) else None
    return Wanted(
        stage=chosen["stage"] or None,
        referent_id=actor().membership_id if referent == MINE else someone,
        is_nobodys=referent == NOBODY,
        narrowed={column.name: chosen[column.name] for column in columns if chosen.get(column.name)},
        sort=chosen["sort"],
        descending=chosen["order"] == "down",
    )


def _tabs(wanted: Wanted, columns: tuple[PersonColumn, ...], counted: list[str] | None = None) -> list[dict[str, Any]]:
    """The tabs of the saved views."""
    who = actor()
    unsorted = replace(wanted, sort="name", descending=False)
    return [
        {
            "label": label,
            "url": address(view, who),
            "current": replace(view, sort="name") == unsorted,
            "count": counted[place] if counted else None,
        }
        for place, (label, view) in enumerate(views(columns, who, wanted))
    ]


def _filters(columns: tuple[PersonColumn, ...]) -> list[Filter]:
    """The choices of the menu « filter »."""
    members = {str(member.id): member.display_name for member in possible_referents()}
    mine = members.pop(str(actor().membership_id), None)
    referents = ({MINE: _("me")} if mine else {}) | {NOBODY: _("nobody")} | members
    return [
        Filter("stage", _("Stage"), {code: _(label) for code, label in STAGE.states.items()}),
        Filter("referent", _("Referent"), referents),
        *(
            Filter(column.name, _(column.label), {code: _(each.label) for code, each in column.narrowings.items()})
            for column in columns
            if column.narrowings
        ),
    ]


def _name_of(membership_id: UUID) -> str:
    found = next((member for member in possible_referents() if member.id == membership_id), None)
    return found.display_name if found else _("a former colleague")
