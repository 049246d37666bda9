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
from tenants.orientation.answered import answered, last_answers
from tenants.orientation.asked import Questions, questions_here, questions_sent, questions_then
from tenants.orientation.bilan_schema import schema_of
from tenants.orientation.lookups import person_of_page
from tenants.orientation.models import Bilan
from tenants.orientation.presentation import parts_of
from tenants.orientation.refusals import refusal
from tenants.orientation.rules.dimensions import BY_CODE, DISTANCES
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.questionnaires import queries as questionnaires
from tenants.questionnaires.answers import Given
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.presentation import lacking_text
from tenants.questionnaires.queries import lacking_for

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
        questions = questions_here(session)
        lacks = lacking_for(session, actor().membership_id, questions.definition)
        if lacks is not None:
            flash(_("The bilan %(why)s.", why=lacking_text(lacks)), "wait")
            if lacks.refused:
                # Who has the form before them already still saves it: nothing in progress is lost.
                return redirect_after_post(url_for("registrations.index"))
        return _form(person, Form(schema_of(questions), _of(questions)), questions, None)
    questions = questions_sent(session, request.form.get("content", "")) or abort(404)
    form = Form.from_request(schema_of(questions), request.form)
    if not forms.is_complete(form, questions):
        return _form(person, form, questions, None, status=422)
    if latest is not None and latest.made_on == today():
        raise _conflict(latest, form, questions)
    answers, facts = forms.answers_in(form.data, questions), _facts(form, questions)
    try:
        with conflict_if_closed(form, person):
            bilans.make_bilan(session, person, actor(), answers, services().keyring, **facts)
    except Refused:
        # A colleague has just saved a bilan of today.
        raise _conflict_today(person, form, questions) from None
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
    questions, stored = _stored(bilan)
    if request.method == "GET":
        return _form(person, Form(schema_of(questions), _of(questions) | stored), questions, bilan)
    form = Form.from_request(schema_of(questions), request.form)
    if not forms.is_complete(form, questions):
        return _form(person, form, questions, bilan, status=422)
    if form.version != str(bilan.version):
        raise _conflict(bilan, form, questions)
    answers, facts = forms.answers_in(form.data, questions), _facts(form, questions)
    with optimistic_write(lambda: _conflict(get_or_404(Bilan, bilan_id), form, questions)):
        bilans.change_bilan(session, actor(), bilan, answers, services().keyring, **facts)
    flash(_("The bilan is corrected."), "done")
    if queries.latest_decision(session, person.id) is None:
        return redirect_after_post(url_for("orientation.decide", person_id=person.id))
    return redirect_after_post(file_url(person.id, "movement"))


@pages.page("/personnes/<uuid:person_id>/bilans/<uuid:bilan_id>", "orientation.read")
def bilan(person_id: UUID, bilan_id: UUID) -> Response:
    """A bilan as it was asked and answered, with links to the others of the same person."""
    person, shown = _both(person_id, bilan_id)
    found = answered(database(), [shown], services().keyring)[shown.id]
    questions = Questions(questions_then(database(), found.content_id))
    return render(
        "orientation/bilan.html",
        person=person,
        bilan=shown,
        asked=_asked(shown),
        parts=parts_of(questions, found.answers, _others(shown, questions)),
        unanswered=[BY_CODE[code] for code in questions.dimensions if code not in found.answers],
        bilans=queries.bilans(database(), person.id),
        distances=DISTANCES,
        can_edit=shown.made_on == today() and actor().may("orientation.write"),
    )


def _both(person_id: UUID, bilan_id: UUID) -> tuple[Person, Bilan]:
    person = person_of_page(person_id)
    return person, theirs_or_404(person, get_or_404(Bilan, bilan_id))


def _asked(found: Bilan) -> InstrumentFilling | None:
    """The version that a bilan was asked on; None for the first one of the house."""
    session = database()
    return session.get(InstrumentFilling, (found.tenant_id, found.filling_id)) if found.filling_id else None


def _others(found: Bilan, questions: Questions) -> Given:
    """The answers to questions that feed no dimension."""
    if found.filling_id is None or not questions.others:
        return Given()
    return questionnaires.given(database(), services().keyring, found.filling_id)


def _stored(found: Bilan) -> tuple[Questions, dict[str, Any]]:
    """What a bilan was asked, and its values as its form has them."""
    stored = answered(database(), [found], services().keyring)[found.id]
    questions = Questions(questions_then(database(), stored.content_id))
    return questions, forms.values_of(found, stored.answers, questions, _others(found, questions))


def _of(questions: Questions) -> dict[str, Any]:
    """The value of the hidden field that says what is asked."""
    return {"content": str(questions.asked.content_id) if questions.asked else ""}


def _form(person: Person, form: Form, questions: Questions, bilan: Bilan | None, *, status: int = 200) -> Response:
    session = database()
    earlier = last_answers(session, person.id, bilan, services().keyring)
    filling = _asked(bilan) if bilan else None
    paper = filling.instrument_version_id if filling else questions.asked.version_id if questions.asked else None
    return render(
        "orientation/bilan_form.html",
        status=status,
        person=person,
        form=form,
        bilan=bilan,
        asked=filling if bilan else questions.asked,
        paper_of=paper,
        parts=forms.parts(session, form, questions, earlier),
        scale=forms.scale_of_all(questions),
        has_earlier=bool(earlier),
    )


def _facts(form: Form, questions: Questions) -> dict[str, Any]:
    distance = form.data["distance"]
    return {
        "distance": int(distance) if distance else None,
        "summary": form.data["summary"],
        "questions": questions,
        "others": forms.stored_others(form, questions),
    }


def _edit_url(found: Bilan) -> str:
    return url_for("orientation.edit_bilan", person_id=found.person_id, bilan_id=found.id)


def _conflict(theirs: Bilan, form: Form, questions: Questions) -> StaleEdit:
    then, values = _stored(theirs)
    yours, stored = forms.two_versions(form.data, questions, values, then)
    return StaleEdit(yours, stored, _edit_url(theirs), saved_by(theirs.updated_at, theirs.id))


def _conflict_today(person: Person, form: Form, questions: Questions) -> StaleEdit:
    latest = queries.latest_bilan(database(), person.id)
    if latest is None:
        abort(404)
    return _conflict(latest, form, questions)
