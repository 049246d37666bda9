from collections.abc import Mapping, Sequence
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
from tenants.instruments.queries import marks_beside
from tenants.orientation import forms, queries
from tenants.orientation.actions import bilans
from tenants.orientation.actions.drafts import save
from tenants.orientation.answered import Earlier, answered, last_answers
from tenants.orientation.asked import (
    NO_CONTENT,
    Questions,
    questions_here,
    questions_sent,
    questions_then,
)
from tenants.orientation.bilan_schema import schema_of
from tenants.orientation.drafts import CONCLUSION, fields_of, to_store, values_of_draft, version_of
from tenants.orientation.forms import month_of
from tenants.orientation.lookups import person_of_page
from tenants.orientation.models import Bilan
from tenants.orientation.presentation import parts_of
from tenants.orientation.refusals import refusal
from tenants.orientation.rules.dimensions import BY_CODE, DISTANCES
from tenants.orientation.views import drafts
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.questionnaires import queries as questionnaires
from tenants.questionnaires.answers import Given
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.presentation import lacking_text
from tenants.questionnaires.queries import lacking_for
from tenants.questionnaires.workflow import FILLING

pages = Pages()


@pages.form("/personnes/<uuid:person_id>/bilans/nouveau", "orientation.write")
def new_bilan(person_id: UUID) -> AnyResponse:
    """Make a bilan, with one click per answer; then go to the decision. One that is under way goes on."""
    person = person_of_page(person_id)
    if request.method == "GET":
        require_open(person)
        return _begin_or_go_on(person)
    questions = questions_sent(database(), request.form.get("content", "")) or abort(404)
    form = Form.from_request(schema_of(questions), request.form, allow=("act",))
    keeps = request.form.get("act") in {"keep", "show"}
    if not (form.validate() if keeps else forms.is_complete(form, questions)):
        draft = queries.draft_of(database(), person.id)
        return _form(person, form, questions, draft=draft, given=_given(draft), status=422)
    version = form.version or version_of(None)
    try:
        with conflict_if_closed(form, person), optimistic_write(lambda: _conflict_now(person, form, questions)):
            return _keep(person, form, questions, version) if keeps else _make(person, form, questions, version)
    except Refused as refused:
        if refused.code == "no_certificate":
            # Nothing is kept to go on with, and nothing typed is lost.
            form.add_error(None, refusal(refused.code))
            return _form(person, form, questions, status=422)
        # A colleague answered meanwhile, or has just saved a bilan of today.
        raise _conflict_now(person, form, questions) from None


def _begin_or_go_on(person: Person) -> AnyResponse:
    session = database()
    made = queries.bilans(session, person.id)
    if made and made[0].made_on == today():
        return redirect_after_post(_edit_url(made[0]))
    draft = queries.draft_of(session, person.id)
    if draft is not None:
        questions, given = drafts.asked_and_given(draft)
        return _form(person, drafts.stored_form(questions, given), questions, draft=draft, given=given, made=made)
    questions = questions_here(session)
    lacks = lacking_for(session, actor().membership_id, questions.definition)
    if lacks is not None:
        flash(_("The bilan %(why)s.", why=lacking_text(lacks)), "wait")
        if lacks.refused:
            # Who has the form before them already still saves it: nothing in progress is lost.
            return redirect_after_post(url_for("registrations.index"))
    return _form(person, Form(schema_of(questions), {"content": questions.mark}), questions, made=made)


def _make(person: Person, form: Form, questions: Questions, version: str) -> AnyResponse:
    answers, facts = forms.answers_in(form.data, questions), _facts(form, questions)
    bilans.make_bilan(database(), person, actor(), answers, services().keyring, version=version, **facts)
    flash(_("The bilan is saved. What follows from it?"), "done")
    return redirect_after_post(url_for("orientation.decide", person_id=person.id))


def _keep(person: Person, form: Form, questions: Questions, version: str) -> AnyResponse:
    answers = to_store(form, questions, fields_of(questions))
    draft, _all = save(database(), actor(), person, questions, services().keyring, answers, version=version)
    if request.form.get("act") == "show":
        return redirect_after_post(url_for("orientation.show_bilan", person_id=person.id))
    if draft is not None:
        flash(_("The bilan is kept: it waits on the file and on your day."), "done")
    return redirect_after_post(file_url(person.id))


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
        return _form(person, Form(schema_of(questions), stored), questions, bilan)
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
    questions = Questions(questions_then(database(), found.content_id, found.layer_id))
    return render(
        "orientation/bilan.html",
        person=person,
        bilan=shown,
        asked=_asked(shown),
        parts=parts_of(
            questions,
            found.answers,
            _others(shown, questions),
            marks_beside(database(), questions.questionnaire, found.content_id, found.layer_id),
        ),
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
    questions = Questions(questions_then(database(), stored.content_id, stored.layer_id))
    return questions, forms.values_of(found, stored.answers, questions, _others(found, questions))


def _form(
    person: Person,
    form: Form,
    questions: Questions,
    bilan: Bilan | None = None,
    *,
    draft: InstrumentFilling | None = None,
    given: Given | None = None,
    made: Sequence[Bilan] | None = None,
    status: int = 200,
) -> Response:
    session = database()
    before = [
        one
        for one in (queries.bilans(session, person.id) if made is None else made)
        if bilan is None or (one.made_on, one.id) < (bilan.made_on, bilan.id)
    ]
    earlier = last_answers(session, before, services().keyring)
    filling = _asked(bilan) if bilan else None
    marks = marks_beside(session, questions.questionnaire, *_keys(filling, questions))
    return render(
        "orientation/bilan_form.html",
        status=status,
        person=person,
        day=today(),
        form=form,
        bilan=bilan,
        draft=draft,
        version=bilan.version if bilan else version_of(draft),
        asked=filling if bilan else questions.asked,
        paper_of=_paper_of(filling, questions),
        parts=forms.parts(session, form, questions, earlier, marks),
        revisions=given.revisions if given else {},
        conclusion=CONCLUSION,
        scale=forms.scale_of_all(questions),
        has_earlier=bool(earlier),
        distances=DISTANCES,
        **_last_time(before, earlier),
        drop_label=FILLING.label_of("drop"),
    )


def _last_time(before: Sequence[Bilan], earlier: Mapping[str, Earlier]) -> dict[str, Any]:
    """The bilan before, and how the rings are called: by its month, when it alone has the earlier answers."""
    last = before[0] if before else None
    month = month_of(last.made_on, today()) if last else ""
    one = last is not None and {each.day for each in earlier.values()} <= {last.made_on}
    ring = _("in %(month)s", month=month) if one else _("last time")
    return {"last_made": last, "last_month": month, "one_before": one, "ring": ring}


def _keys(filling: InstrumentFilling | None, questions: Questions) -> tuple[UUID | None, UUID | None]:
    """The keys of what is asked: of the released content, and of what the platform has of its own beside it."""
    if filling is not None:
        return filling.content_id, filling.layer_id
    return questions.asked.content_id if questions.asked else None, questions.layer_id


def _paper_of(filling: InstrumentFilling | None, questions: Questions) -> UUID | None:
    """The version that can be printed empty; none for the first one of the house."""
    if filling is not None:
        return filling.instrument_version_id if filling.content_id != NO_CONTENT else None
    return questions.asked.version_id if questions.asked else None


def _given(draft: InstrumentFilling | None) -> Given | None:
    return questionnaires.given(database(), services().keyring, draft.id) if draft else None


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


def _conflict_now(person: Person, form: Form, questions: Questions) -> StaleEdit:
    """What was typed, and the bilan of today, or what is under way; nothing where that was given up."""
    session = database()
    latest = queries.latest_bilan(session, person.id)
    if latest is not None and latest.made_on == today():
        return _conflict(latest, form, questions)
    draft = queries.draft_of(session, person.id)
    then, values = questions, dict[str, Any]()
    if draft is not None:
        then, given = drafts.asked_and_given(draft)
        values = values_of_draft(given, then)
    yours, stored = forms.two_versions(form.data, questions, values, then)
    return StaleEdit(yours, stored, url_for("orientation.new_bilan", person_id=person.id), drafts.last_answered(draft))
