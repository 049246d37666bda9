"""A bilan that is under way: saved question by question, read by the team, given up."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.encryption import DecryptionFailed
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.errors import Change
from clais.web.rendering import redirect_after_post, render
from clais.web.translations import language_of_request
from clais.workflow import Refused
from tenants.instruments.queries import marks_beside
from tenants.orientation import forms, queries
from tenants.orientation.actions import drafts as actions
from tenants.orientation.asked import Questions, questions_sent
from tenants.orientation.bilan_schema import schema_of, schema_of_conclusion, schema_of_question
from tenants.orientation.drafts import (
    by_item,
    fields_of,
    mark_of_draft,
    read_draft,
    to_store,
    values_of_draft,
)
from tenants.orientation.lookups import person_of_page
from tenants.orientation.presentation import parts_of
from tenants.orientation.refusals import refusal
from tenants.orientation.rules.dimensions import BY_CODE, DISTANCES
from tenants.orientation.workflow import WRITE
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.people.workflow import OPEN_STAGES
from tenants.questionnaires import queries as questionnaires
from tenants.questionnaires.answers import Given, Overwritten
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.schemas import AnswerSchema
from tenants.questionnaires.views.answers import CONFLICT, UNPROCESSABLE, told

pages = Pages()
READ = "orientation.read"
NEW = "/personnes/<uuid:person_id>/bilans/nouveau"
WHY_NOT = {
    "other_version": N_("The bilan under way asks another version: open the page again. This was not saved."),
    "sealed": N_("This answer could not be read here, and stays as it is."),
    "closed": N_("This bilan was finished or given up meanwhile: open the page again. This was not saved."),
}
"""Why an answer was not saved (gettext ids)."""


@pages.post(f"{NEW}/reponses", WRITE)
def save_answer(person_id: UUID) -> AnyResponse:
    """Save one part of the bilan under way; the first one begins it.

    422 with the messages when it is not possible, 409 with the other's answer when someone was faster.
    """
    person = get_or_404(Person, person_id)
    about = AnswerSchema().fields
    names = MultiDict([(name, value) for name in about for value in request.form.getlist(name)])
    told_of = Form.from_request(AnswerSchema, names)
    questions = questions_sent(database(), told_of.data["asked"]) if told_of.validate() else None
    part = str(told_of.data["item"]) if questions else ""
    whole = schema_of(questions) if questions else AnswerSchema
    Form.from_request(whole, request.form, allow=tuple(about))  # Raises UnknownFields for anything else.
    if questions is None or part not in fields_of(questions):
        return _not_saved("other_version")
    form = _form_of(questions, part)
    if not form.validate():
        return _wrong([str(message) for messages in form.errors.values() for message in messages])
    wrong = _impossible(person, questions, part, form)
    if wrong:
        return _wrong(wrong)
    answers = to_store(form, questions, [part])
    seen = {part: told_of.data["seen"]}
    try:
        draft, given = actions.save(database(), actor(), person, questions, services().keyring, answers, seen=seen)
    except Overwritten as other:
        # What somebody else answered goes out, whether or not the page of it was opened before.
        record_reading(database(), person.id)
        words = _words(questions, part, other.theirs)
        said = _("Meanwhile somebody answered: %(answer)s", answer=words or _("nothing"))
        return told({"errors": [said], "revision": other.revision}, CONFLICT)
    except Refused as refused:
        return _not_saved(refused.code)
    return told(
        {
            "revision": given.revisions.get(part, 0),
            "revisions": dict(given.revisions),
            "version": draft.version if draft else 0,
        }
    )


def _form_of(questions: Questions, part: str) -> Form:
    """The part of the bilan that is sent, whatever else is beside it."""
    names = fields_of(questions)[part]
    item = questions.definition.items.get(part)
    schema = schema_of_question(questions, item) if item else schema_of_conclusion(names[0])
    sent = MultiDict([(name, value) for name in names for value in request.form.getlist(name)])
    return Form.from_request(schema, sent)


def _impossible(person: Person, questions: Questions, part: str, form: Form) -> Sequence[str]:
    """Why an answer is not possible beside the others, which are read only where the question asks for that."""
    item = questions.definition.items.get(part)
    if item is None or not questions.questionnaire.is_bound(item):
        return ()
    draft = queries.draft_of(database(), person.id)
    given = questionnaires.given(database(), services().keyring, draft.id) if draft else Given()
    values = {**values_of_draft(given, questions), **form.data}
    return questions.questionnaire.wrong(item, by_item(values, questions), today(), language_of_request())


def _words(questions: Questions, part: str, answer: Any) -> str:
    """A stored answer in words, on one line."""
    values = values_of_draft(Given({part: answer} if answer is not None else {}), questions)
    return forms.part_in_words(values, questions, part).replace("\n", " · ")


def _wrong(messages: Sequence[str]) -> Response:
    return told({"errors": list(messages)}, UNPROCESSABLE)


def _not_saved(code: str) -> Response:
    why = _(WHY_NOT[code]) if code in WHY_NOT else refusal(code)
    return told({"errors": [why]}, CONFLICT)


@pages.button(f"{NEW}/abandon", WRITE)
def drop_bilan(person_id: UUID) -> AnyResponse:
    """Give up the bilan under way: its answers are erased."""
    person = person_of_page(person_id)
    try:
        actions.drop(database(), actor(), person.id)
    except Refused:
        flash(_("This bilan was finished or given up meanwhile."), "wait")
    else:
        flash(_("Given up: the answers are erased."), "done")
    return redirect_after_post(file_url(person.id))


@pages.page("/personnes/<uuid:person_id>/bilans/en-cours", READ)
def bilan_under_way(person_id: UUID) -> Response:
    """What is answered so far, for whoever reads bilans; it counts as no bilan until it is finished."""
    person = person_of_page(person_id)
    draft = queries.draft_of(database(), person.id)
    if draft is None:
        return render("orientation/bilan_draft.html", person=person, draft=None)
    questions, given = asked_and_given(draft)
    found = read_draft(given, questions)
    marks = marks_beside(database(), questions.questionnaire, draft.content_id, draft.layer_id)
    return render(
        "orientation/bilan_draft.html",
        person=person,
        draft=draft,
        found=found,
        distances=DISTANCES,
        parts=parts_of(questions, found.answers, found.others, marks),
        unanswered=[BY_CODE[code] for code in questions.dimensions if code not in found.answers],
        may_go_on=actor().may(WRITE) and person.stage in OPEN_STAGES,
    )


def asked_and_given(draft: InstrumentFilling) -> tuple[Questions, Given]:
    """What a bilan under way asks, and what is answered so far."""
    questions = questions_sent(database(), mark_of_draft(draft)) or abort(404)
    return questions, questionnaires.given(database(), services().keyring, draft.id)


def stored_form(questions: Questions, given: Given) -> Form:
    """The form of what is answered so far. Raises DecryptionFailed when an answer cannot be read."""
    if given.unreadable:
        raise DecryptionFailed
    return Form(schema_of(questions), {"content": questions.mark, **values_of_draft(given, questions)})


def last_answered(draft: InstrumentFilling | None) -> Change | None:
    """Which colleague answered last in what is under way, and when."""
    rows = questionnaires.answer_rows(database(), draft.id) if draft else ()
    others = [row for row in rows if row.given_by != actor().display_name]
    last = max(others, key=lambda row: row.updated_at, default=None)
    return Change(last.given_by, last.updated_at) if last else None
