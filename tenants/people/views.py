from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, abort, current_app, request, url_for
from itsdangerous import BadSignature
from markupsafe import Markup
from marshmallow import ValidationError

from clais.audit.actions import record_reading
from clais.clock import today
from clais.database import ScopedSession
from clais.identity.actor import Actor
from clais.identity.models import Membership
from clais.numbers import age_on
from clais.registry.models import LOCAL_PLATFORM
from clais.services import services
from clais.web.context import actor, database, get_or_404
from clais.web.cursors import read_cursor, write_cursor
from clais.web.formatting import short_day
from clais.web.forms import Form
from clais.web.navigation import destination, search_with
from clais.web.rendering import render
from clais.words import N_
from clais.words import gettext as _
from clais.workflow import StateChange
from tenants.people import file, presentation, queries
from tenants.people.actions import remember_opening
from tenants.people.card_views import CLOSING, card_section, possible_referents
from tenants.people.choices import STATUS
from tenants.people.feature import people
from tenants.people.keys import number_hash
from tenants.people.lines import lines_of
from tenants.people.models import Person
from tenants.people.names import query_tokens
from tenants.people.schemas import ListSchema, SearchSchema, StageSchema
from tenants.people.threads import Source
from tenants.people.workflow import EXIT_REASONS, STAGE

MOVES_OF_A_FILE = 100
"""The path is drawn from the newest of them: no file moves from stage to stage more often."""

LIST = ListSchema()
destination(N_("Files"), "folder2-open", "people.index", "person.list", kinds=(LOCAL_PLATFORM,), order=30)
search_with("people.search", "person.list")


@people.page("/personnes", "person.list")
def index() -> Response:
    """The open files by name, those of one's own first choice."""
    try:
        chosen = LIST.load(request.args)
    except ValidationError:
        abort(400)
    mine = actor().membership_id if chosen["mine"] else None
    try:
        after = read_cursor(chosen["after"]) if chosen["after"] else None
    except BadSignature:
        abort(400)
    rows = queries.people_after(database(), after, stage=chosen["stage"], referent_id=mine)
    page, more = rows[: queries.PAGE], len(rows) > queries.PAGE
    may_open = actor().may("person.read")
    # Beside one's own files, where one comes back to them; the list of all is for looking on.
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
    """The tabs above the list: mine, all, and one a stage."""
    everything = not chosen["mine"] and not chosen["stage"]
    tabs = [{"label": _("All open files"), "url": url_for("people.index"), "current": everything}]
    if actor().may("person.read"):
        tabs.insert(0, {"label": _("My files"), "url": url_for("people.index", mine="true"), "current": chosen["mine"]})
    return tabs + [
        {"label": _(label), "url": url_for("people.index", stage=stage), "current": chosen["stage"] == stage}
        for stage, label in STAGE.states.items()
    ]


@people.route("/personnes/recherche", permission="person.list", methods=("POST",))
def search() -> Response:
    """Look someone up. What was typed travels in the body, never in a URL."""
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


@people.page("/personnes/<uuid:person_id>", "person.read")
def show(person_id: UUID) -> Response:
    """The file. Reading it is put on record."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    remember_opening(session, who.membership_id, person.id)
    referents = possible_referents()
    happened = file.newest(session, person.id, who)
    return render(
        "people/show.html",
        person=person,
        name=presentation.full_name(person),
        age=age_on(person.birth_date, today()) if person.birth_date else None,
        referent=_name_of(referents, person.referent_id),
        referents=referents,
        path_steps=[
            {
                "label": _(STAGE.states[step.code]),
                "state": step.state,
                "note": short_day(step.since) if step.since else "",
            }
            for step in queries.stage_steps(person, happened["stages"])
        ],
        steps=[step for step in STAGE.available(person, who.permissions) if step.name != "begin_intake"],
        closing=Form(StageSchema(), {"transition": "close"}, prefix=CLOSING),
        acts=file.acts(person, who),
        sections=file.sections(session, person, who),
        thread=thread_lines(file.told(happened, who)[: file.LINES]),
        statuses=STATUS,
    )


def _name_of(referents: list[Membership], referent_id: UUID | None) -> str | None:
    """The referent's name; someone who left the platform is looked up once more."""
    if referent_id is None:
        return None
    found = next((member for member in referents if member.id == referent_id), None)
    found = found or database().get(Membership, (actor().tenant_id, referent_id))
    return found.display_name if found else None


def thread_lines(entries: list[file.Entry]) -> list[dict[str, Any]]:
    """What the timeline component shows of each entry."""
    tag = current_app.jinja_env.get_template("components/tag.html").module
    return [
        {
            "when": short_day(entry.when),
            "title": Markup('<a href="{}">{}</a>').format(entry.url, entry.title) if entry.url else entry.title,
            "body": entry.body,
            "private": entry.private,
            "tag": tag.tag(entry.tag, entry.tag_kind) if entry.tag else "",  # type: ignore[attr-defined]
        }
        for entry in entries
    ]


def _card(_session: ScopedSession, person: Person, _actor: Actor) -> Mapping[str, Any]:
    return card_section(person)


_STAGES = Source(
    StateChange.subject_id,
    {
        "target": StateChange.target,
        "reason": StateChange.reason,
        "comment": StateChange.comment,
        "actor_name": StateChange.actor_name,
        "happened_at": StateChange.happened_at,
    },
    order=(StateChange.happened_at.desc(),),
    least=MOVES_OF_A_FILE,
)


def _stage_entry(change: Any, _actor: Actor) -> Iterable[file.Entry]:
    """When the person moved from stage to stage, and why."""
    reason = _(EXIT_REASONS[change.reason]) if change.reason in EXIT_REASONS else ""
    yield file.Entry(
        when=change.happened_at,
        kind="stage",
        title=_("%(stage)s: by %(name)s", stage=_(STAGE.states[change.target]), name=change.actor_name),
        body=" · ".join(filter(None, (reason, change.comment))),
    )


file.add_section(file.Section("details", 10, "aside", "person.read", "people/_details.html", _card))
file.add_timeline_source("stages", "person.read", _STAGES, _stage_entry)
