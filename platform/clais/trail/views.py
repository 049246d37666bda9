from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, request, url_for
from marshmallow import Schema

from clais.audit.actions import record_reading
from clais.audit.listings import record_typing
from clais.audit.queries import CHANGES_ONLY, LISTS_ONLY, READINGS_ONLY, EventFilter, appearances, history
from clais.clock import today
from clais.database import NIL
from clais.dates import day_bounds, day_of, end_of
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.identity.queries import members_ever
from clais.trail import presentation, rows
from clais.trail.schemas import PeriodSchema, ProposalSchema, TrailSchema, narrow_schema
from clais.translation import gettext as _
from clais.web.arguments import query_arguments
from clais.web.context import actor, database
from clais.web.cursors import after_moment, write_cursor
from clais.web.rendering import redirect_after_post, render

pages = Pages()

READ = "audit.read"
READING = "trail.read"
LINES = 40
RECORDS = 300
"""Records that are read for a page of the log: folded, they are fewer lines."""
ON_PAPER = 2000
NARROWING = ("person", "member", "since", "until", "kind")


@pages.page("/journal-des-acces", READ)
def index() -> Response:
    """Who read and wrote what, newest first. Reading it is put on record like any other reading."""
    chosen = query_arguments(TrailSchema)
    session, who = database(), actor()
    name = _name_or_404(chosen["person"])
    members = members_ever(session)
    if chosen["member"] not in {None, NIL, *(member.id for member in members)}:
        abort(404)
    record_reading(session, chosen["person"], READING)
    found = history(session, _wanted(chosen), after_moment(chosen["after"]), limit=RECORDS)
    folds, more = rows.first_page(found, RECORDS, LINES)
    names = presentation.names_for(session, who, members, [event for fold in folds for event in fold])
    narrowed = {key: chosen[key] for key in NARROWING if chosen[key]}
    last = folds[-1][-1] if folds else None
    following = write_cursor(last.happened_at, last.id) if last and more else None
    return render(
        "trail/index.html",
        "trail/_trail.html",
        form=Form(_form_schema(members, name), {**chosen, "member": str(chosen["member"] or "")}),
        days=rows.days_on_screen(folds, names, who),
        tabs_shown=_tabs(narrowed),
        person=(chosen["person"], name) if chosen["person"] else None,
        print_url=_print_url(narrowed) if chosen["person"] else None,
        next_url=url_for("trail.index", **narrowed, after=following) if following else None,
        first_url=url_for("trail.index", **narrowed) if chosen["after"] else None,
        is_narrowed=bool(narrowed),
    )


def _tabs(narrowed: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels = {
        None: _("Everything but lists"),
        READINGS_ONLY: _("Readings"),
        CHANGES_ONLY: _("Changes"),
        LISTS_ONLY: _("Lists"),
    }
    return [
        {
            "label": label,
            "url": url_for("trail.index", **{**narrowed, "kind": kind}),
            "current": narrowed.get("kind") == kind,
        }
        for kind, label in labels.items()
    ]


def _print_url(narrowed: Mapping[str, Any]) -> str:
    period = {key: narrowed[key] for key in ("since", "until") if key in narrowed}
    return url_for("trail.on_paper", person_id=narrowed["person"], **period)


@pages.post("/journal-des-acces/recherche", READ)
def narrow() -> Response:
    """Narrow the log. Names travel in the body; the address that follows holds keys and days."""
    members = members_ever(database())
    form = Form.from_request(_form_schema(members), request.form)
    if form.validate():
        person = form.data["person"]
        if person is None or presentation.people_called(database(), actor(), [person]):
            return redirect_after_post(url_for("trail.index", **{key: form.data[key] or None for key in NARROWING}))
        form.add_error("person", _("Choose one of the proposed people."))
    return render("trail/narrow.html", status=422, form=form)


def _form_schema(members: Sequence[Membership], name: str = "") -> Schema:
    choices = [(str(member.id), _with_organisation(member)) for member in members]
    return narrow_schema(
        url_for("trail.propose_people"), lambda _key: name, [*choices, (str(NIL), _("The system and its operators"))]
    )


def _with_organisation(member: Membership) -> str:
    return f"{member.display_name} ({member.organisation})" if member.organisation else member.display_name


@pages.post("/journal-des-acces/personnes", READ)
def propose_people() -> Response:
    """The people whom a name that is being typed may mean."""
    form = Form.from_request(ProposalSchema(), request.form)
    typed = form.data["q"] if form.validate() else ""
    record_typing(database())
    register = presentation.register_of(actor())
    found = register.matching(database(), typed, actor()) if register and typed else ()
    items = [{"value": person.key, "label": person.name, "detail": person.detail} for person in found]
    return render("trail/proposals.html", items=items)


@pages.page("/journal-des-acces/personnes/<uuid:person_id>", READ)
def on_paper(person_id: UUID) -> Response:
    """The list that a person asks for: who read their file and wrote in it (GDPR, article 15)."""
    chosen = query_arguments(PeriodSchema)
    session, who = database(), actor()
    name = _name_or_404(person_id)
    record_reading(session, person_id, READING)
    wanted = _wanted({**chosen, "person": person_id})
    found = history(session, wanted, limit=ON_PAPER)
    names = presentation.names_for(session, who, members_ever(session), found)
    listed = appearances(session, wanted, limit=ON_PAPER)
    first = found[-1] if found else None
    return render(
        "trail/on_paper.html",
        name=name,
        person_id=person_id,
        days=rows.days_on_paper(rows.folded(found), names),
        lists=rows.lists_on_paper(listed, names),
        begins=chosen["since"] or (day_of(first.happened_at) if first else today()),
        ends=chosen["until"] or today(),
        printed_on=today(),
        is_cut=len(found) == ON_PAPER,
        file_url=presentation.file_url(who, person_id),
    )


def _name_or_404(person_id: UUID | None) -> str:
    """The name under which the log knows a person; another tenant's answers like one that nobody has."""
    if person_id is None:
        return ""
    name = presentation.people_called(database(), actor(), [person_id]).get(person_id)
    if name is None:
        abort(404)
    return name


def _wanted(chosen: Mapping[str, Any]) -> EventFilter:
    register, person_id = presentation.register_of(actor()), chosen["person"]
    return EventFilter(
        person_id=person_id,
        subject_ids=register.subjects(database(), person_id) if register and person_id else (),
        membership_id=chosen.get("member"),
        begins=day_bounds(chosen["since"])[0] if chosen["since"] else None,
        ends=end_of(chosen["until"]) if chosen["until"] else None,
        kind=chosen.get("kind"),
    )
