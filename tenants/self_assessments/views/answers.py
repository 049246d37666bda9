"""A self-assessment being answered, question by question, and read once it is finished."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.clock import today
from clais.exchange.assessments.queries import notice_of
from clais.exchange.publications.instruments import released_definitions
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.rules.definition import RIGHT_TO_LEFT, said
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.questionnaires.answers import Given
from tenants.questionnaires.forms import Keeping, answered, asked_language, mark_of, save_one, save_whole
from tenants.questionnaires.presentation import parts_of
from tenants.questionnaires.sources import SOURCES
from tenants.questionnaires.views.answers import UNPROCESSABLE, outcome_told
from tenants.self_assessments import actions, queries
from tenants.self_assessments.conflicts import answered_meanwhile, state_moved
from tenants.self_assessments.lookups import Opened, of_the_platform, opened_assessment
from tenants.self_assessments.models import SelfAssessment
from tenants.self_assessments.presentation import rules_of, state_tag, when_text
from tenants.self_assessments.urls import assessment_url
from tenants.self_assessments.workflow import LEAD, SELF_ASSESSMENT, WRITE

pages = Pages()
KEEPING = Keeping(queries.given, actions.save, actions.finish, answered_meanwhile, state_moved)


@pages.page("/auto-evaluations/<uuid:self_assessment_id>", WRITE)
def show(self_assessment_id: UUID) -> AnyResponse:
    """What is asked, with the answers so far; once finished, what was answered, beside earlier years."""
    opened = opened_assessment(self_assessment_id)
    given = queries.given(database(), services().keyring, opened.assessment.id)
    if opened.assessment.state == "finished":
        return _read(opened, given)
    return _form(opened, given, Form(_schema(opened), opened.questionnaire.load(given.answers)))


@pages.post("/auto-evaluations/<uuid:self_assessment_id>", WRITE)
def send(self_assessment_id: UUID) -> AnyResponse:
    """The whole form, as a page without scripts sends it, and every page to finish."""
    opened = opened_assessment(self_assessment_id)
    session, assessment = database(), opened.assessment
    given = queries.given(session, services().keyring, assessment.id)
    form = Form.from_request(_schema(opened), request.form, allow=("act",))
    finish = request.form.get("act") == "finish"
    if save_whole(assessment, opened.questionnaire, form, given, KEEPING, finish=finish):
        return redirect_after_post(assessment_url(assessment))
    return _form(opened, queries.given(session, services().keyring, assessment.id), form)


@pages.post("/auto-evaluations/<uuid:self_assessment_id>/reponses", WRITE)
def save_answer(self_assessment_id: UUID) -> Response:
    """Save the answer to one question; say what is asked now, and how many are answered."""
    assessment, questionnaire = opened_assessment(self_assessment_id)
    language = asked_language(questionnaire.definition)
    outcome = save_one(assessment, questionnaire, request.form, language, KEEPING)
    return outcome_told(assessment, questionnaire, outcome, language)


@pages.button("/auto-evaluations/<uuid:self_assessment_id>/correction", LEAD)
def correct(self_assessment_id: UUID) -> AnyResponse:
    """Take up again what was concluded today."""
    assessment = of_the_platform(self_assessment_id).assessment
    try:
        actions.correct(database(), actor(), assessment)
    except Refused as refused:
        if refused.code != "too_late":
            raise state_moved(None, assessment) from refused
        flash(_("It was finished on an earlier day: what was answered then stays."), "wait")
    return redirect_after_post(assessment_url(assessment))


@pages.button("/auto-evaluations/<uuid:self_assessment_id>/<any(partage, retrait):step>", LEAD)
def share(self_assessment_id: UUID, step: str) -> AnyResponse:
    """Share the scores of the platform with the centre, or take them back."""
    assessment, questionnaire = of_the_platform(self_assessment_id)
    shared = step == "partage"
    try:
        actions.share(database(), assessment, services().keyring, questionnaire, shared=shared)
    except Refused as refused:
        raise state_moved(None, assessment) from refused
    flash(
        _("The support centre reads the scores now, and no word of the answers.")
        if shared
        else _("The support centre reads the scores no more."),
        "done",
    )
    return redirect_after_post(assessment_url(assessment))


@pages.button("/auto-evaluations/<uuid:self_assessment_id>/abandon", WRITE)
def erase(self_assessment_id: UUID) -> AnyResponse:
    """Take away one's own, with its answers."""
    assessment = opened_assessment(self_assessment_id).assessment
    try:
        actions.erase(database(), assessment)
    except Refused as refused:
        raise state_moved(None, assessment) from refused
    flash(_("Given up: the answers are erased."), "done")
    return redirect_after_post(url_for("self_assessments.index"))


def _schema(opened: Opened) -> Any:
    return opened.questionnaire.schema(asked_language(opened.questionnaire.definition), "fr", sources=SOURCES)


def _form(opened: Opened, given: Given, form: Form) -> Response:
    assessment, questionnaire = opened
    definition = questionnaire.definition
    answers = questionnaire.load(given.answers) if form.typed is None else form.valid_answers()
    shown = [item.id for item in questionnaire.shown(answers, today())]
    language = asked_language(definition)
    return render(
        "self_assessments/form.html",
        status=UNPROCESSABLE if form.errors else 200,
        assessment=assessment,
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
        asked_mark=mark_of(assessment),
        own={},
        may_finish=assessment.is_own or actor().may(LEAD),
        may_print="instrument.see" in actor().permissions and assessment.course_run_id is None,
    )


def _read(opened: Opened, given: Given) -> Response:
    session, (assessment, questionnaire) = database(), opened
    years = _years(assessment)
    answers = queries.given_to(session, services().keyring, years)
    versions = released_definitions(session, assessment.instrument_id)
    notice = None if assessment.is_own else notice_of(session, assessment.instrument_id, assessment.year)
    correct = SELF_ASSESSMENT.buttons(assessment, actor().permissions).get("correct")
    may_correct = correct and not assessment.is_own and assessment.finished_on == today()
    return render(
        "self_assessments/read.html",
        assessment=assessment,
        state=state_tag(assessment),
        when=when_text(assessment),
        parts=parts_of(questionnaire, given, "fr", authors=True),
        rules=list(rules_of(questionnaire.definition, versions, years, answers)),
        years=[one.year for one in years],
        leads=actor().may(LEAD),
        is_shared=notice is not None and notice.scores is not None,
        correct_label=correct.label if correct and may_correct else "",
    )


def _years(assessment: SelfAssessment) -> list[SelfAssessment]:
    """A self-assessment and those before it that it is compared with; what is said of a session stands alone."""
    if assessment.course_run_id is not None:
        return [assessment]
    before = queries.of_same_instrument(database(), assessment)
    return [assessment, *(one for one in before if one.year < assessment.year)][:4]
