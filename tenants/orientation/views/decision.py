from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.models import Occupation
from clais.registry.queries import occupations_named
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import key_read
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import is_partial_request, redirect_after_post, render
from clais.workflow import Refused
from tenants.orientation import queries
from tenants.orientation.actions import bilans
from tenants.orientation.answered import Answered, answered
from tenants.orientation.asked import Questions, questions_then
from tenants.orientation.choices import DIRECTIONS
from tenants.orientation.conflicts import decision_conflict
from tenants.orientation.lookups import person_of_page
from tenants.orientation.models import WishedOccupation
from tenants.orientation.refusals import refusal
from tenants.orientation.rules.dimensions import DISTANCES
from tenants.orientation.rules.movement import obstacles, strengths
from tenants.orientation.schemas import DecisionSchema, OccupationSearchSchema, WishSchema
from tenants.orientation.sections import wishes_on_file
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.sensitive.forms import blank_why, typed_writer

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/orientations/nouvelle", "orientation.write")
def decide(person_id: UUID) -> AnyResponse:
    """Decide on an orientation after a bilan; then go to the plan."""
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        return _decision_page(person, Form(DecisionSchema(), blank_why()))
    form = Form.from_request(DecisionSchema(), request.form)
    if not form.validate():
        return _decision_page(person, form, status=422)
    try:
        with conflict_if_closed(form, person):
            writer = typed_writer(form.data)
            bilans.decide(database(), person, actor(), **form.data, after=key_read(form), writer=writer)
    except Refused as refused:
        raise decision_conflict(person, form) from refused
    if queries.current_plan(database(), person.id) is None:
        flash(_("The orientation is decided. Now write the first steps together."), "done")
        return redirect_after_post(url_for("orientation.new_plan", person_id=person.id))
    flash(_("The orientation is decided. Does the plan still fit?"), "done")
    return redirect_after_post(url_for("orientation.plan", person_id=person.id))


def _decision_page(person: Person, form: Form, *, status: int = 200) -> Response:
    session = database()
    bilan = queries.latest_bilan(session, person.id)
    found = answered(session, [bilan], services().keyring)[bilan.id] if bilan else Answered(None)
    answers, asked = found.answers, Questions(questions_then(session, found.content_id, found.layer_id))
    previous = queries.latest_decision(session, person.id)
    return render(
        "orientation/decision_form.html",
        status=status,
        version=form.version or bilans.decision_key(previous),
        person=person,
        form=form,
        bilan=bilan,
        obstacles=[(one, asked.words(one.code, answers[one.code].level)) for one in obstacles(answers)],
        strengths=[(one, asked.words(one.code, answers[one.code].level)) for one in strengths(answers)],
        distances=DISTANCES,
        previous=previous,
        directions=DIRECTIONS,
        section=wishes_on_file(session, person, actor()),
    )


@pages.page("/personnes/<uuid:person_id>/metiers", "orientation.read")
def wishes(person_id: UUID) -> Response:
    """The page of the wished occupations."""
    return _wishes_page(person_of_page(person_id))


@pages.post("/personnes/<uuid:person_id>/metiers", "orientation.write")
def add_wish(person_id: UUID) -> AnyResponse:
    person = person_of_page(person_id)
    form = Form.from_request(WishSchema(), request.form, prefix="wish-")
    occupation = None
    if form.validate():
        occupation = database().get(Occupation, form.data["occupation"])
        if occupation is None:
            form.add_error("occupation", _("Choose one of the proposed answers."))
    if occupation is not None:
        try:
            bilans.add_wish(database(), person, occupation, experience_years=form.data["experience_years"])
        except Refused as refused:
            form.add_error("occupation", refusal(refused.code))
    if form.errors:
        return _wishes_page(person, form, status=422)
    return _wishes_after(person)


@pages.button("/personnes/<uuid:person_id>/metiers/<uuid:wish_id>/retrait", "orientation.write")
def forget_wish(person_id: UUID, wish_id: UUID) -> AnyResponse:
    person, wished = _wish(person_id, wish_id)
    return _act_on_wishes(person, lambda: bilans.remove_wish(database(), person, wished))


@pages.button("/personnes/<uuid:person_id>/metiers/<uuid:wish_id>/preference", "orientation.write")
def prefer_wish(person_id: UUID, wish_id: UUID) -> AnyResponse:
    person, wished = _wish(person_id, wish_id)
    return _act_on_wishes(person, lambda: bilans.put_wish_first(database(), person, wished))


def _wish(person_id: UUID, wish_id: UUID) -> tuple[Person, WishedOccupation]:
    person = person_of_page(person_id)
    return person, theirs_or_404(person, get_or_404(WishedOccupation, wish_id))


def _act_on_wishes(person: Person, act: Any) -> AnyResponse:
    try:
        act()
    except Refused as refused:
        flash(refusal(refused.code), "wait")
    return _wishes_after(person)


def _wishes_after(person: Person) -> AnyResponse:
    if is_partial_request():
        return _wishes_page(person)
    return redirect_after_post(url_for("orientation.wishes", person_id=person.id))


def _wishes_page(person: Person, form: Form | None = None, *, status: int = 200) -> Response:
    section = wishes_on_file(database(), person, actor(), form)
    return render("orientation/wishes.html", "orientation/_wishes.html", status=status, person=person, section=section)


@pages.post("/metiers/recherche", "occupation.search")
def occupations() -> Response:
    """The occupations that a combobox proposes for the typed text, which is sent in the body as everywhere."""
    form = Form.from_request(OccupationSearchSchema(), request.form)
    found = occupations_named(database(), form.data["q"]) if form.validate() else []
    names = queries.occupation_names(database(), (row.code for row in found if row.is_appellation))
    return render(
        "orientation/occupations.html",
        items=[
            {
                "value": row.id,
                "label": row.label,
                "detail": f"{row.code} · {names[row.code]}" if row.code in names and row.is_appellation else row.code,
            }
            for row in found
        ],
    )
