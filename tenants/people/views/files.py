from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.cursors import after_key, write_cursor
from clais.web.rendering import render
from tenants.people import queries
from tenants.people.matching.keys import number_hash
from tenants.people.matching.names import query_tokens
from tenants.people.models import Person
from tenants.people.rows import lines_of
from tenants.people.schemas import ListSchema, SearchSchema
from tenants.people.workflow import STAGE

pages = Pages()


@pages.page("/personnes", "person.list")
def index() -> Response:
    """The open files by name; the first tab has those of the actor."""
    chosen = query_arguments(ListSchema)
    mine = actor().membership_id if chosen["mine"] else None
    after = after_key(chosen["after"])
    rows = queries.people_after(database(), after, stage=chosen["stage"], referent_id=mine)
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    may_open = actor().may("person.read")
    # Recent files are shown beside the actor's own files only.
    recent = queries.recently_opened(database(), actor().membership_id) if mine and not after else []
    narrowed = {"stage": chosen["stage"], "mine": chosen["mine"] or None}
    following = write_cursor(page[-1].sort_name, page[-1].id) if more else None
    return render(
        "people/index.html",
        "people/_people.html",
        people=lines_of(page, may_open=may_open),
        choices=_choices(chosen),
        next_url=url_for("people.index", **narrowed, after=following) if more else None,
        first_url=url_for("people.index", **narrowed) if after else None,
        recent=lines_of(recent, may_open=may_open),
    )


def _choices(chosen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The tabs above the list: mine, all, and one per stage."""
    everything = not chosen["mine"] and not chosen["stage"]
    tabs = [{"label": _("All open files"), "url": url_for("people.index"), "current": everything}]
    if actor().may("person.read"):
        tabs.insert(0, {"label": _("My files"), "url": url_for("people.index", mine="true"), "current": chosen["mine"]})
    return tabs + [
        {"label": _(label), "url": url_for("people.index", stage=stage), "current": chosen["stage"] == stage}
        for stage, label in STAGE.states.items()
    ]


@pages.route("/personnes/recherche", permission="person.list", methods=("POST",))
def search() -> Response:
    """Look someone up. The search is sent in the body, never in a URL."""
    form = Form.from_request(SearchSchema(), request.form)
    found: list[Person] = []
    unread: tuple[str, ...] = ()
    if form.validate():
        typed = query_tokens(form.data["q"])
        number = typed.national_number
        hashed = number_hash(services().keyring, database(), number) if number else None
        found = queries.people_matching(database(), typed, queries.FOUND + 1, hashed_number=hashed, brief=True)
        unread = typed.unread
    return render(
        "people/search.html",
        "people/_found.html",
        form=form,
        people=lines_of(found[: queries.FOUND], may_open=actor().may("person.read")),
        more=len(found) > queries.FOUND,
        typed=request.form.get("q", ""),
        unread=unread,
    )
