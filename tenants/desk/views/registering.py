"""The file of somebody who was known by a visit alone: who it is, their agreement, who follows them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.limits import LimitReached
from clais.place_names import of_place
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from tenants.desk import presentation, queries
from tenants.desk.actions import files
from tenants.desk.lookups import asking, proposed_agents, visit_or_404
from tenants.desk.models import Visit
from tenants.desk.schemas import NOBODY, REFERENT, Agents, registration_schema
from tenants.desk.views.visits import show
from tenants.people.actions import Unacceptable
from tenants.people.choices import REGISTRATION_TEXT
from tenants.people.mails import tell_of_hand_over
from tenants.people.matching import check
from tenants.people.matching.duplicates import Match
from tenants.people.matching.presentation import duplicate_rows
from tenants.people.models import Person
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import facts_of
from tenants.people.urls import home_of
from tenants.people.views.referents import possible_referents
from tenants.team.actions.newcomers import AboveCeiling
from tenants.team.conflicts import above_ceiling_text
from tenants.team.schemas import ABOVE_CEILING

pages = Pages()


@pages.form("/guichet/visites/<uuid:visit_id>/inscription", "person.create")
def register(visit_id: UUID) -> Response:
    """Open a file for who came, with their agreement: of with whom they are, or of who is chosen instead.

    Possible duplicates must be confirmed first, and one file more than a ceiling.
    """
    visit = visit_or_404(visit_id)
    agents = _who_may_follow(visit)
    schema = registration_schema(agents)
    form = Form.from_request(schema, request.form) if request.method == "POST" else None
    if visit.person_id is not None:
        # Who it is was said meanwhile: their visit is shown as it stands.
        address = url_for("desk.show", visit_id=visit_id)
        return show(visit_id) if form is None else redirect_after_post(address)
    if form is None:
        typed = presentation.names_typed(visit, services().keyring)
        return _page(visit, Form(schema, {**typed, REFERENT: _usual_referent(visit, agents)}), agents)
    matches: Sequence[Match[Person]] = ()
    if form.validate():
        try:
            reference = _opened(visit, form)
        except check.PossibleDuplicates as found:
            form.add_error("not_duplicate", look_first())
            matches = found.matches
        except Unacceptable as refused:
            form.add_error(refused.field, refusal(refused))
        else:
            if reference:
                # No name: others may see the screen.
                flash(_("A file is opened: %(reference)s.", reference=reference), "done")
                return redirect_after_post(url_for("desk.index"))
    else:
        answers = form.valid_answers()
        matches = _look_alikes(answers)
        if check.needs_confirmation(matches, check.confirmed_different(answers)):
            form.add_error("not_duplicate", look_first())
    return _page(visit, form, agents, matches)


def _opened(visit: Visit, form: Form) -> str:
    """The reference of the file of a valid form, of which its referent is told; none, and an error on the form, when
    they have as many files as they can and nobody said that one more is meant.
    """
    referent = _member_named(form.data[REFERENT])
    facts = {name: value for name, value in facts_of(form.data).items() if name not in {REFERENT, ABOVE_CEILING}}
    try:
        person, made = files.register(
            database(),
            actor(),
            visit,
            facts,
            services().keyring,
            confirmed_different=check.confirmed_different(form.data),
            referent=referent,
            above_ceiling=form.data[ABOVE_CEILING],
        )
    except AboveCeiling as full:
        database().rollback()
        form.add_error(ABOVE_CEILING, above_ceiling_text(referent, full) if referent else None)
        return ""
    if made is not None:
        tell_of_hand_over(database(), actor(), person, made, None)
    return person.reference


def _member_named(key: str) -> Membership | None:
    """The member of the answer, while they may follow people up."""
    return next((member for member in possible_referents() if str(member.id) == key), None)


def _who_may_follow(visit: Visit) -> Agents:
    """The agents who may follow somebody, in the order in which they are proposed."""
    themes = queries.visit_seen(database(), visit.id).themes
    followers = {str(member.id) for member in possible_referents()}
    return [choice for choice in proposed_agents(database(), asking(themes)) if choice[0] in followers]


def _usual_referent(visit: Visit, agents: Agents) -> str:
    """Whom the form has chosen: with whom they are at the desk, else who opens the file; nobody who may not follow."""
    wanted = str(visit.agent_id or actor().membership_id)
    return wanted if wanted in {key for key, *_words in agents} else NOBODY


def _look_alikes(answers: Mapping[str, Any]) -> Sequence[Match[Person]]:
    try:
        return check.possible_duplicates(database(), answers, services().keyring)
    except LimitReached:
        # Whoever searched enough for an hour corrects what is missing, and is told of nobody.
        return ()


def _page(visit: Visit, form: Form, agents: Agents, matches: Sequence[Match[Person]] = ()) -> Response:
    answers = form.valid_answers() if form.typed else {}
    return render(
        "desk/register.html",
        status=422 if form.errors else 200,
        visit=visit,
        form=form,
        consent_text=_(REGISTRATION_TEXT, of_place=of_place(actor().tenant_name)),
        duplicates=duplicate_rows(matches),
        answered=bool(matches) and not check.needs_confirmation(matches, check.confirmed_different(answers)),
        duplicate_error=" ".join(form["not_duplicate"].errors),
        home_of=home_of,
        proposal=" · ".join(agents[0][1:]) if agents and agents[0][-1] else None,
    )
