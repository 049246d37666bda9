"""A filling being answered, question by question, and read once it is finished."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response, jsonify, request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.filling import Questionnaire
from clais.instruments.rules.definition import RIGHT_TO_LEFT, said
from clais.instruments.wording import own_text
from clais.services import services
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from tenants.questionnaires import actions, queries
from tenants.questionnaires.answers import Answerable, Given
from tenants.questionnaires.asked import asked_now, asked_of
from tenants.questionnaires.forms import Outcome, answered, asked_language, mark_of, save_one, save_whole, standing
from tenants.questionnaires.lookups import Opened, filling_being_answered, opened_filling
from tenants.questionnaires.presentation import answer_text, parts_of, state_tag, when_text
from tenants.questionnaires.queries import ANSWERED_ALONE
from tenants.questionnaires.sources import SOURCES
from tenants.questionnaires.urls import filling_url
from tenants.questionnaires.views.fillings import READ
from tenants.questionnaires.workflow import FILLING, WRITE

pages = Pages()
CONFLICT, UNPROCESSABLE = 409, 422
WHY_NOT = {
    "other_version": N_("It goes on with another version: open the page again. What you answered here was not saved."),
    "not_asked": N_("This question is not asked any more: open the page again."),
    "unreadable": N_("This answer could not be read here, and stays as it is."),
    "closed": N_("This questionnaire is finished: nothing was changed."),
}
"""Why an answer was not saved (gettext ids)."""


@pages.page("/personnes/<uuid:person_id>/questionnaires/<uuid:filling_id>", READ)
def filling(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """What is asked, with the answers so far; once finished, what was answered."""
    opened = opened_filling(person_id, filling_id)
    given = queries.given(database(), services().keyring, opened.filling.id)
    if opened.filling.state == "finished" or not actor().may(WRITE):
        return _read(opened, given)
    language = _language(opened)
    schema = opened.questionnaire.schema(language, "fr", sources=SOURCES)
    return _form(opened, given, Form(schema, opened.questionnaire.load(given.answers)), language)


@pages.post("/personnes/<uuid:person_id>/questionnaires/<uuid:filling_id>", WRITE)
def send(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """The whole form, as a page without scripts sends it, and every page to finish."""
    opened = opened_filling(person_id, filling_id)
    session, filling, language = database(), opened.filling, _language(opened)
    given = queries.given(session, services().keyring, filling.id)
    schema = opened.questionnaire.schema(language, "fr", sources=SOURCES)
    form = Form.from_request(schema, request.form, allow=("act",))
    finish = request.form.get("act") == "finish"
    if save_whole(filling, opened.questionnaire, form, given, finish=finish):
        return redirect_after_post(filling_url(filling))
    return _form(opened, queries.given(session, services().keyring, filling.id), form, language)


@pages.post("/personnes/<uuid:person_id>/questionnaires/<uuid:filling_id>/reponses", WRITE)
def save_answer(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """Save the answer to one question; say what is asked now, and how many are answered.

    422 with the messages when it is not possible, 409 with the other's answer when someone was faster.
    """
    filling, questionnaire = filling_being_answered(person_id, filling_id)
    language = asked_language(questionnaire.definition, filling.language)
    outcome = save_one(filling, questionnaire, request.form, language)
    if outcome.code == "answered_meanwhile":
        # What somebody else answered goes out, whether or not the page of it was opened before.
        record_reading(database(), person_id)
    return outcome_told(filling, questionnaire, outcome, language)


def outcome_told(filling: Answerable[Any], questionnaire: Questionnaire, outcome: Outcome, language: str) -> Response:
    """What the script of a page is told of an answer that it sent."""
    if outcome.code == "saved":
        return told(standing(filling, questionnaire, outcome))
    if outcome.code == "answered_meanwhile" and outcome.item:
        words = answer_text(questionnaire, outcome.item, outcome.theirs, language)
        said_so = _("Meanwhile somebody answered: %(answer)s", answer=words or _("nothing"))
        return told({"errors": [said_so], "revision": outcome.revision}, CONFLICT)
    if outcome.code in WHY_NOT:
        return told({"errors": [_(WHY_NOT[outcome.code])], "closed": outcome.code == "closed"}, CONFLICT)
    return told({"errors": list(outcome.messages)}, UNPROCESSABLE)


def told(what: Mapping[str, Any], status: int = 200) -> Response:
    """An answer for the script of the page."""
    answer = jsonify(what)
    answer.status_code = status
    return answer


def _language(opened: Opened) -> str:
    return asked_language(opened.questionnaire.definition, opened.filling.language)


def _form(opened: Opened, given: Given, form: Form, language: str) -> Response:
    definition = opened.questionnaire.definition
    answers = opened.questionnaire.load(given.answers) if form.typed is None else form.valid_answers()
    shown = [item.id for item in opened.questionnaire.shown(answers, today())]
    marks = queries.marks_in(database(), opened.filling, opened.questionnaire)
    return render(
        "questionnaires/form.html",
        status=UNPROCESSABLE if form.errors else 200,
        person=opened.person,
        filling=opened.filling,
        definition=definition,
        form=form,
        given=given,
        shown=set(shown),
        answered=answered(given, shown),
        total=len(shown),
        language=language,
        languages={code: LANGUAGE_NAMES[code] for code in definition.languages},
        right_to_left=RIGHT_TO_LEFT,
        said=said,
        carry_to=_carry_to(opened, given),
        asked_mark=mark_of(opened.filling),
        drop_label=FILLING.label_of("drop"),
        may_be_given=opened.filling.kind in ANSWERED_ALONE,
        own={part: own_text(marks, part) for part in marks},
    )


def _carry_to(opened: Opened, given: Given) -> tuple[int, bool, list[tuple[str, str]]] | None:
    """The number of the version that the platform works with now, when it is another; whether it is safe; and the
    answered questions that it asks in other words.
    """
    session, filling = database(), opened.filling
    version = asked_of(session, filling.instrument_id)
    if version is None or version.version_id == filling.instrument_version_id or not version.can_begin:
        return None
    after = asked_now(session, version)
    if after is None:
        return None
    is_safe = not actions.lost_by(opened.questionnaire, after.questionnaire, given)
    return version.number, is_safe, actions.reworded_by(opened.questionnaire, after.questionnaire, given)


def _read(opened: Opened, given: Given) -> Response:
    filling = opened.filling
    correct = FILLING.buttons(filling, actor().permissions).get("correct")
    return render(
        "questionnaires/read.html",
        person=opened.person,
        filling=filling,
        state=state_tag(filling),
        when=when_text(filling),
        parts=parts_of(
            opened.questionnaire,
            given,
            "fr",
            queries.marks_in(database(), filling, opened.questionnaire),
            authors=filling.by_person,  # The person answered alone: what an agent noted says who.
        ),
        correct_label=correct.label if correct and filling.finished_on == today() else "",
    )
