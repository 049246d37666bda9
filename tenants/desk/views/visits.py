"""A visit: its page, its steps, and the one that directs somebody elsewhere."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response as AnyResponse

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.queries import members_who_may, team
from clais.limits import LimitReached
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.agenda.forms import agents_of
from tenants.agenda.models import Appointment
from tenants.desk import presentation, queries, rows
from tenants.desk.actions import arrivals, files, steps
from tenants.desk.choices import HOLDS
from tenants.desk.lookups import (
    asking,
    partner_choices,
    partner_named,
    proposed_agents,
    visit_opened,
    visit_or_404,
)
from tenants.desk.models import Visit
from tenants.desk.presentation import Screen
from tenants.desk.schemas import Agents, elsewhere_schema
from tenants.desk.workflow import VISIT
from tenants.follow_up.actions import NotYours
from tenants.intake.choices import TOPICS
from tenants.people.following import HANDS_OUT
from tenants.people.matching import check
from tenants.people.models import Person
from tenants.people.workflow import MOVE

pages = Pages()
Step = Callable[[ScopedSession, Actor, Visit], object]


def _plain(name: str) -> Step:
    return lambda session, who, visit: steps.take_step(session, who, visit, name)


STEPS: dict[str, Step] = {
    "receive": steps.receive,
    "resume": steps.resume,
    "count": steps.count,
    "undo": steps.undo,
    "call": lambda session, _who, visit: steps.call_again(session, visit),
    **{name: _plain(name) for name in ("finish", "queue", "leave", "cancel")},
}
BY_NOUN = {noun: STEPS[name] for name, noun in rows.NOUNS.items()}


@pages.button("/guichet/visites/<uuid:visit_id>/<any({}):step>".format(", ".join(BY_NOUN)), "desk.write")
def take_step(visit_id: UUID, step: str) -> Response:
    """Has gone in, has finished, left, and the others that are one click; or take the last one back."""
    return _taken(visit_id, BY_NOUN[step])


@pages.button("/guichet/visites/<uuid:visit_id>/j-y-vais", "desk.write")
def go(visit_id: UUID) -> Response:
    """Receive somebody who waits, from one's own day."""
    me = actor().membership_id
    return _taken(visit_id, lambda session, who, visit: steps.receive(session, who, visit, me), url_for("day.my_day"))


@pages.button("/guichet/visites/<uuid:visit_id>/attente/<any({}):reason>".format(", ".join(HOLDS)), "desk.write")
def hold(visit_id: UUID, reason: str) -> Response:
    """Put a visit on hold, with its reason."""
    return _taken(visit_id, lambda session, who, visit: steps.hold(session, who, visit, reason))


@pages.button("/guichet/visites/<uuid:visit_id>/agent/<uuid:agent_id>", "desk.write")
def choose(visit_id: UUID, agent_id: UUID) -> Response:
    """Say with whom somebody waits."""
    if agent_id not in {agent.id for agent in agents_of(database())}:
        abort(404)
    return _taken(visit_id, lambda session, _who, visit: steps.choose_agent(session, visit, agent_id))


@pages.button("/guichet/visites/<uuid:visit_id>/demande/<any({}):theme>".format(", ".join(TOPICS)), "desk.write")
def ask_more(visit_id: UUID, theme: str) -> Response:
    """Add something that is asked, without going to the end of the queue."""
    return _taken(visit_id, lambda session, _who, visit: arrivals.ask_more(session, visit, theme), _page_of(visit_id))


@pages.button("/guichet/visites/<uuid:visit_id>/personne/<uuid:person_id>", "desk.write")
def identify(visit_id: UUID, person_id: UUID) -> Response:
    """Say whose visit it is: what was typed of them is erased."""
    person = get_or_404(Person, person_id)
    return _taken(visit_id, lambda session, _who, visit: files.identify(session, visit, person), _page_of(visit_id))


@pages.button("/guichet/visites/<uuid:visit_id>/reouverture", "desk.write")
def reopen(visit_id: UUID) -> Response:
    """Open the closed file of somebody who comes back, or ask those who may."""
    return _taken(visit_id, files.reopen if actor().may(MOVE) else _ask_to_reopen)


def _ask_to_reopen(session: ScopedSession, _who: Actor, visit: Visit) -> None:
    table = services().permissions
    keepers = members_who_may(session, HANDS_OUT, table) or members_who_may(session, MOVE, table)
    files.ask_to_reopen(session, visit, keepers, _asked_for)
    flash(_("The coordination is told that this person is here."), "done")


def _asked_for(reference: str) -> str:
    return _("At the desk now, with a closed file that is to be opened again: %(reference)s", reference=reference)


@pages.button("/guichet/suivant", "desk.write")
def invite_next() -> Response:
    """Receive whoever is next for the member: whose hour has come, else who came first."""
    try:
        found = steps.invite_next(database(), actor())
        database().flush()
        if found is None:
            flash(_("Nobody waits for you."), "done")
    except (Refused, StaleDataError):
        database().rollback()
        _say_moved_on()
    return redirect_after_post(url_for("desk.index"))


@pages.button("/guichet/rendez-vous/<uuid:appointment_id>/arrivee", "desk.write")
def arrive(appointment_id: UUID) -> Response:
    """Note that somebody is there for their appointment of today."""
    appointment = get_or_404(Appointment, appointment_id)
    person = get_or_404(Person, appointment.person_id)
    try:
        arrivals.arrive(database(), actor(), appointment, person)
    except (arrivals.AlreadyHere, arrivals.NotExpected):
        database().rollback()
        flash(_("This arrival is noted already: here is where it stands."), "wait")
    return redirect_after_post(url_for("desk.index"))


@pages.button("/guichet/personnes/<uuid:person_id>/arrivee", "desk.write")
def come(person_id: UUID) -> Response:
    """Note that somebody with a file is there without appointment, from their card."""
    try:
        arrivals.come_without_appointment(database(), actor(), get_or_404(Person, person_id))
    except arrivals.AlreadyHere:
        database().rollback()
        flash(_("This arrival is noted already: here is where it stands."), "wait")
    return redirect_after_post(url_for("desk.index"))


@pages.page("/guichet/visites/<uuid:visit_id>", "desk.read")
def show(visit_id: UUID) -> Response:
    """One visit: its hours, what is asked, with whom, and what else can be done."""
    visit = visit_opened(visit_id)
    session, who, keyring = database(), actor(), services().keyring
    seen = queries.visit_seen(session, visit_id)
    screen = Screen(keyring, queries.is_discreet(session, who.membership_id))
    names = {member.id: member.display_name for member in team(session)}
    said = presentation.names_typed(visit, keyring)
    return render(
        "desk/show.html",
        seen=seen,
        visit=visit,
        line=rows.visit_line(seen, screen, names, "", who),
        said=presentation.said_in_words(said) if not screen.discreet else [],
        known=_known(said, screen) if not screen.discreet else [],
        periods=presentation.period_rows(seen, names),
        choices=_choices(seen) if visit.state == "waiting" and who.may("desk.write") else (),
        topics=TOPICS,
        undo_url=rows.undo_url(seen),
        undo_label=rows.undo_label(),
    )


def _choices(seen: queries.Seen) -> Agents:
    return proposed_agents(database(), asking(seen.themes, seen.visit.person_id))


def _known(said: Mapping[str, Any], screen: Screen) -> list[presentation.KnownRow]:
    try:
        matches = check.possible_duplicates(database(), said, services().keyring) if said else []
    except LimitReached:
        # Whoever searched enough for an hour still sees the visit.
        matches = []
    return presentation.known_rows(matches, screen)


@pages.form("/guichet/visites/<uuid:visit_id>/ailleurs", "desk.write")
def direct(visit_id: UUID) -> AnyResponse:
    """Direct somebody to a partner, for a reason; the paper that says where to go comes next."""
    visit, session = visit_opened(visit_id), database()
    partners = partner_choices(session)
    schema = elsewhere_schema(partners)
    form = Form(schema) if request.method == "GET" else Form.from_request(schema, request.form)
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        act = _(VISIT.label_of("direct"))
        return render("desk/direct.html", status=status, form=form, visit=visit, act=act, partners=partners)
    partner_id = UUID(form.data["partner"])

    def send(session: ScopedSession, who: Actor, visit: Visit) -> None:
        steps.direct(session, who, visit, partner_named(partner_id), form.data["reason"])

    return _taken(visit_id, send, url_for("desk.slip", visit_id=visit_id))


def _page_of(visit_id: UUID) -> str:
    return url_for("desk.show", visit_id=visit_id)


def _taken(visit_id: UUID, step: Step, back: str | None = None) -> Response:
    try:
        step(database(), actor(), visit_or_404(visit_id))
        database().flush()
    except NotYours:
        database().rollback()
        flash(_("What was said is written down: this can no longer be undone, or by its author today only."), "wait")
    except (Refused, StaleDataError):
        database().rollback()
        _say_moved_on()
    return redirect_after_post(back or url_for("desk.index"))


def _say_moved_on() -> None:
    """A second click, or a colleague acted first: the page shows where it stands."""
    flash(_("This visit had already moved on: here is where it stands."), "wait")
