"""Whether the advised step was done: one click answers, another one takes it back."""

from uuid import UUID

from flask import Response, flash, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.web.undoing import flash_with_undo
from clais.workflow import Refused
from tenants.advice import actions
from tenants.advice.choices import NOUNS
from tenants.advice.models import AdviceAnswer
from tenants.advice.presentation import in_words
from tenants.advice.sections import offered
from tenants.orientation.lookups import person_of_page
from tenants.orientation.models import OrientationDecision
from tenants.orientation.workflow import WRITE
from tenants.people.conflicts import require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()
DECISION = "/personnes/<uuid:person_id>/orientations/<uuid:orientation_decision_id>"
BY_NOUN = {noun: code for code, noun in NOUNS.items()}
PART = "part-path"
"""Where the file shows it."""


@pages.page(f"{DECISION}/suite", WRITE)
def ask(person_id: UUID, orientation_decision_id: UUID) -> AnyResponse:
    """The question, with its answers: each is a click."""
    person, decision = _decision(person_id, orientation_decision_id)
    require_open(person)
    return render(
        "advice/ask.html",
        person=person,
        decision=decision,
        lead=_("Advised on %(day)s by %(name)s", day=exact_day(decision.decided_on), name=decision.decided_by),
        offered=offered(person.id, decision.id),
        back_url=file_url(person.id, PART),
    )


@pages.button(DECISION + "/suite/<any({}):answer>".format(", ".join(BY_NOUN)), WRITE)
def answer(person_id: UUID, orientation_decision_id: UUID, answer: str) -> Response:
    """Note what became of it."""
    person, decision = _decision(person_id, orientation_decision_id)
    try:
        noted = actions.note_answer(database(), person, decision, actor(), BY_NOUN[answer])
    except Refused as refused:
        flash(_refusal(refused.code), "wait")
    else:
        undo_url = url_for("advice.take_back", person_id=person.id, advice_answer_id=noted.id)
        flash_with_undo(_("Noted: %(answer)s", answer=in_words(noted.answer)), undo_url)
    return redirect_after_post(file_url(person.id, PART))


@pages.button("/personnes/<uuid:person_id>/orientations/suites/<uuid:advice_answer_id>/retrait", WRITE)
def take_back(person_id: UUID, advice_answer_id: UUID) -> Response:
    """It was not so."""
    person = person_of_page(person_id)
    noted = theirs_or_404(person, get_or_404(AdviceAnswer, advice_answer_id))
    try:
        actions.take_back(database(), person, noted)
    except Refused as refused:
        flash(_refusal(refused.code), "wait")
    else:
        flash(_("The answer is taken back."), "done")
    return redirect_after_post(file_url(person.id, PART))


def _decision(person_id: UUID, orientation_decision_id: UUID) -> tuple[Person, OrientationDecision]:
    person = person_of_page(person_id)
    return person, theirs_or_404(person, get_or_404(OrientationDecision, orientation_decision_id))


def _refusal(code: str) -> str:
    if code == "closed_file":
        return _("This file is closed: reopen it first.")
    if code == "replaced":
        return _("Another orientation was decided since: answer for that one.")
    return _("This was answered again since.")
