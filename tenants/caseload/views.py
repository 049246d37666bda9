from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Response, abort

from clais.feature import composition
from clais.feature.columns import PersonColumn
from clais.feature.pages import Pages
from clais.listing import Listing
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.cursors import after_key, write_cursor
from clais.web.rendering import render
from tenants.caseload import queries
from tenants.caseload.queries import MINE, MOST_COUNTED, NOBODY, Wanted
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
    part = f"{wanted.sort} {wanted.descending}"
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
    )
    # What was opened lately is shown beside the member's own files only.
    mine = wanted.referent_id == actor().membership_id and not chosen["after"]
    recent = recently_opened(database(), actor().membership_id) if mine else []
    return render("caseload/index.html", listing=listing, recent=recent, **_tabs(wanted, columns))


@pages.page("/personnes/vues", "person.list")
def views_counted() -> Response:
    """The saved views with how many files each has: asked for by the page, so that the list does not wait."""
    columns = _columns()
    wanted = _wanted(query_arguments(list_schema(columns)), columns)
    found = queries.counts(database(), [view for _label, view in views(columns, actor(), wanted)], columns)
    context = _tabs(wanted, columns, [f"{count}+" if count == MOST_COUNTED else str(count) for count in found])
    return render("caseload/views.html", "caseload/_views.html", **context)


@pages.page("/personnes/filtres", "person.list")
def filters() -> Response:
    """The choices by which the list is narrowed: a page, and the menu of the list once it is opened."""
    columns = _columns()
    wanted = _wanted(query_arguments(list_schema(columns)), columns)
    return render(
        "caseload/filters.html",
        "caseload/_filters.html",
        choices=_filters(wanted, columns),
        arguments=arguments_of(wanted, actor()),
    )


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


def _tabs(wanted: Wanted, columns: tuple[PersonColumn, ...], counted: list[str] | None = None) -> dict[str, Any]:
    """The tabs of the saved views, and the address that counts them."""
    who = actor()
    unsorted = replace(wanted, sort="name", descending=False)
    tabs = []
    for place, (label, view) in enumerate(views(columns, who, wanted)):
        tab: dict[str, Any] = {"label": label, "url": address(view, who)}
        tab["current"] = replace(view, sort="name") == unsorted
        tab["count"] = counted[place] if counted else None
        tabs.append(tab)
    return {"tabs": tabs, "counted": counted is not None, "arguments": arguments_of(wanted, who)}


def _filters(wanted: Wanted, columns: tuple[PersonColumn, ...]) -> list[dict[str, Any]]:
    """The choices of the menu « filter », with what is chosen now."""
    here = arguments_of(wanted, actor())
    stages = [("stage", _("Stage"), {code: _(label) for code, label in STAGE.states.items()})]
    members = {str(member.id): member.display_name for member in possible_referents()}
    mine = members.pop(str(actor().membership_id), None)
    referents = ({MINE: _("me")} if mine else {}) | {NOBODY: _("nobody")} | members
    own = [*stages, ("referent", _("Referent"), referents)]
    added = [
        (column.name, _(column.label), {code: _(each.label) for code, each in column.narrowings.items()})
        for column in columns
        if column.narrowings
    ]
    return [
        {"name": name, "label": label, "options": options, "chosen": here.get(name, "")}
        for name, label, options in own + added
    ]


def _name_of(membership_id: UUID) -> str:
    found = next((member for member in possible_referents() if member.id == membership_id), None)
    return found.display_name if found else _("a former colleague")
