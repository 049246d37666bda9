from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.orientation import forms, queries
from tenants.orientation.actions import bilans
from tenants.orientation.answers import Answer
from tenants.orientation.lookups import person_of_page
from tenants.orientation.models import Bilan
from tenants.orientation.refusals import refusal
from tenants.orientation.rules.dimensions import ARTICLES, DETECTED_BY, DIMENSIONS, DISTANCES, LEVELS_IN_FULL
from tenants.orientation.schemas import WholeBilanSchema
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/bilans/nouveau", "orientation.write")
def new_bilan(person_id: UUID) -> AnyResponse:
    """Make a bilan, with one click per answer; then go to the decision."""
    person = person_of_page(person_id)
    session = database()
    latest = queries.latest_bilan(session, person.id)
    if request.method == "GET":
        require_open(person)
        if latest is not None and latest.made_on == today():
            return redirect_after_post(_edit_url(latest))
        return _form(person, Form(WholeBilanSchema()), None)
    form = Form.from_request(WholeBilanSchema(), request.form)
    if not _is_complete(form):
        return _form(person, form, None, status=422)
    answers = forms.answers_in(form.data)
    if latest is not None and latest.made_on == today():
        raise _conflict(latest, form)
    try:
        with conflict_if_closed(form, person):
            bilans.make_bilan(session, person, actor(), answers, services().keyring, **_distance_and_summary(form))
    except Refused:
        # A colleague has just saved a bilan of today.
        raise _conflict_today(person, form) from None
    flash(_("The bilan is saved. What follows from it?"), "done")
    return redirect_after_post(url_for("orientation.decide", person_id=person.id))


@pages.form("/personnes/<uuid:person_id>/bilans/<uuid:bilan_id>/modification", "orientation.write")
def edit_bilan(person_id: UUID, bilan_id: UUID) -> AnyResponse:
    """Correct a bilan of today."""
    person, bilan = _both(person_id, bilan_id)
    session = database()
    if bilan.made_on != today():
        flash(refusal("too_late"), "wait")
        return redirect_after_post(url_for("orientation.bilan", person_id=person.id, bilan_id=bilan.id))
    if request.method == "GET":
        return _form(person, Form(WholeBilanSchema(), forms.values_of(bilan, _answers(bilan))), bilan)
    form = Form.from_request(WholeBilanSchema(), request.form)
    if not _is_complete(form):
        return _form(person, form, bilan, status=422)
    if form.version != str(bilan.version):
        raise _conflict(bilan, form)
    with optimistic_write(lambda: _conflict(get_or_404(Bilan, bilan_id), form)):
        bilans.change_bilan(
            session, bilan, forms.answers_in(form.data), services().keyring, **_distance_and_summary(form)
        )
    flash(_("The bilan is corrected."), "done")
    if queries.latest_decision(session, person.id) is None:
        return redirect_after_post(url_for("orientation.decide", person_id=person.id))
    return redirect_after_post(file_url(person.id, "movement"))


@pages.page("/personnes/<uuid:person_id>/bilans/<uuid:bilan_id>", "orientation.read")
def bilan(person_id: UUID, bilan_id: UUID) -> Response:
    """A bilan, with links to the others of the same person."""
    person, shown = _both(person_id, bilan_id)
    answers = _answers(shown)
    return render(
        "orientation/bilan.html",
        person=person,
        bilan=shown,
        answers=[(dimension, answers[dimension.code]) for dimension in DIMENSIONS if dimension.code in answers],
        unanswered=[dimension for dimension in DIMENSIONS if dimension.code not in answers],
        bilans=queries.bilans(database(), person.id),
        levels=LEVELS_IN_FULL,
        distances=DISTANCES,
        detected_by=DETECTED_BY,
        articles=ARTICLES,
        can_edit=shown.made_on == today() and actor().may("orientation.write"),
    )


def _both(person_id: UUID, bilan_id: UUID) -> tuple[Person, Bilan]:
    person = person_of_page(person_id)
    return person, theirs_or_404(person, get_or_404(Bilan, bilan_id))


def _answers(found: Bilan) -> dict[str, Answer]:
    return queries.answers_of(database(), [found], services().keyring)[found.id]


def _is_complete(form: Form) -> bool:
    if form.validate():
        for dimension in forms.notes_without_level(form.data):
            form.add_error(f"{dimension.code}_level", _("You wrote a note here: choose an answer too."))
            return False
        if not forms.answers_in(form.data) and not form.data["summary"]:
            form.add_error(None, _("Answer for one dimension at least."))
            return False
    return not form.errors


def _form(person: Person, form: Form, bilan: Bilan | None, *, status: int = 200) -> Response:
    earlier = queries.last_answers(database(), person.id, bilan, services().keyring)
    return render(
        "orientation/bilan_form.html",
        status=status,
        person=person,
        form=form,
        bilan=bilan,
        lines=forms.lines(form, earlier, today()),
        has_earlier=bool(earlier),
    )


def _distance_and_summary(form: Form) -> dict[str, Any]:
    distance = form.data["distance"]
    return {"distance": int(distance) if distance else None, "summary": form.data["summary"]}


def _edit_url(found: Bilan) -> str:
    return url_for("orientation.edit_bilan", person_id=found.person_id, bilan_id=found.id)


def _conflict(theirs: Bilan, form: Form) -> StaleEdit:
    yours, stored = forms.two_versions(form.data, forms.values_of(theirs, _answers(theirs)))
    return StaleEdit(yours, stored, _edit_url(theirs), saved_by(theirs.updated_at, theirs.id))


def _conflict_today(person: Person, form: Form) -> StaleEdit:
    latest = queries.latest_bilan(database(), person.id)
    if latest is None:
        abort(404)
    return _conflict(latest, form)
