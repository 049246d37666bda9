"""A person fills a questionnaire in on the agent's tablet, whose session opens nothing else meanwhile."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from flask import Response, abort, g, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity import sessions
from clais.instruments.choices import LANGUAGE_NAMES
from clais.instruments.rules.definition import RIGHT_TO_LEFT, said
from clais.instruments.screen_words import words_of
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.handed_over import handed_over_to
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.questionnaires import actions, queries
from tenants.questionnaires.answers import Given
from tenants.questionnaires.conflicts import state_moved
from tenants.questionnaires.forms import (
    BY_THE_PERSON,
    Outcome,
    answer_in,
    refuse_other_fields,
    save_one,
    shown_now,
    standing,
)
from tenants.questionnaires.lookups import Opened, filling_being_answered, opened_filling
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.schemas import HandOverSchema
from tenants.questionnaires.steps import following, lines_of, steps_of, why_not
from tenants.questionnaires.urls import filling_url
from tenants.questionnaires.views.answers import CONFLICT, UNPROCESSABLE, told
from tenants.questionnaires.workflow import WRITE

pages = Pages()
FILLING = "/personnes/<uuid:person_id>/questionnaires/<uuid:filling_id>"
TABLET = f"{FILLING}/tablette"


@pages.form(f"{FILLING}/remise", WRITE)
def hand_over(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """Choose the language, and give the screen to the person."""
    opened = opened_filling(person_id, filling_id)
    filling, offered = opened.filling, opened.questionnaire.definition.languages
    if filling.kind not in queries.ANSWERED_ALONE:
        abort(404)
    form = Form(HandOverSchema())
    if request.method == "POST":
        form = Form.from_request(HandOverSchema(), request.form)
        if form.validate() and form.data["language"] not in offered:
            form.add_error("language", _("It has no texts in this language."))
        if not form.errors:
            try:
                actions.hand_over(database(), filling, form.data["language"])
            except Refused as refused:
                raise state_moved(form, filling) from refused
            return handed_over_to(_url("tablet", filling), back_to=filling_url(filling))
    elif filling.state != "open":
        return redirect_after_post(filling_url(filling))
    return render(
        "questionnaires/hand_over.html",
        status=UNPROCESSABLE if form.errors else 200,
        form=form,
        person=opened.person,
        filling=filling,
        languages={code: LANGUAGE_NAMES[code] for code in offered},
        right_to_left=RIGHT_TO_LEFT,
        minutes=int(sessions.HANDED_TIMEOUT.total_seconds()) // 60,
    )


@pages.page(TABLET, WRITE)
def tablet(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """A word of welcome in the language that was chosen."""
    opened = _in_their_hands(person_id, filling_id)
    given = _given(opened.filling)
    shown = shown_now(opened.questionnaire, given)
    left = [item for item in shown if item not in given.answers and item not in given.unreadable]
    return _screen("welcome", opened, person=opened.person, start=_question_url(opened.filling, next(iter(left), None)))


@pages.form(f"{TABLET}/question/<item>", WRITE)
def ask(person_id: UUID, filling_id: UUID, item: str) -> AnyResponse:
    """One question. The script of the page has the others at hand; without it each is a page and a form."""
    opened = opened_filling(person_id, filling_id)
    filling, questionnaire = opened.filling, opened.questionnaire
    refuse_other_fields(questionnaire, request.form)
    asked = questionnaire.definition.items.get(item) or abort(404)
    elsewhere = _elsewhere(filling)
    if elsewhere is not None:
        return elsewhere  # What was typed before the session ended stands beside it.
    refused = None
    if request.method == "POST":
        sent = request.form.copy()
        if sent.get("act") == "skip":
            sent.poplist(item)
        outcome = save_one(filling, questionnaire, sent, filling.language, BY_THE_PERSON)
        if outcome.given is not None:
            after = following(shown_now(questionnaire, outcome.given), item)
            return redirect_after_post(_question_url(filling, after))
        schema = questionnaire.schema(filling.language, "fr")
        refused = Form.from_request(schema, answer_in(request.form, asked)), outcome
    given = _given(filling)
    shown = shown_now(questionnaire, given)
    if item not in shown:
        return redirect_after_post(_url("review", filling))
    return _question(opened, given, shown, item, refused)


@pages.post(f"{TABLET}/reponses", WRITE)
def person_answers(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """Save the answer of the person to one question, as the script of the page sends it."""
    filling, questionnaire = filling_being_answered(person_id, filling_id)
    refuse_other_fields(questionnaire, request.form)
    if g.handed_to is None:
        words = _("The tablet was taken back: what still waited here was not saved. Answer it with your agent.")
        return told({"errors": [words], "closed": True}, CONFLICT)
    outcome = save_one(filling, questionnaire, request.form, filling.language, BY_THE_PERSON)
    if outcome.code == "saved":
        return told(standing(filling, questionnaire, outcome))
    why = why_not(outcome, words_of(filling.language), filling.language)
    if outcome.code in {"answered_meanwhile", "unreadable", "closed"}:
        return told({"errors": [why], **({"revision": outcome.revision} if outcome.revision else {})}, CONFLICT)
    return told({"errors": [why]}, UNPROCESSABLE)


@pages.page(f"{TABLET}/relecture", WRITE)
def review(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """The answers in words, each with the way to change it."""
    opened = _in_their_hands(person_id, filling_id)
    given = _given(opened.filling)
    shown = shown_now(opened.questionnaire, given)
    lines = lines_of(opened.questionnaire, given, shown, opened.filling.language)
    return _screen(
        "review",
        opened,
        lines=[(line, _question_url(opened.filling, line.item)) for line in lines],
        finish_url=_url("finish", opened.filling),
    )


@pages.button(f"{TABLET}/fin", WRITE)
def finish(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """The person has finished: nothing of what they answered opens any more. What is missing is left to the agent."""
    opened = _in_their_hands(person_id, filling_id)
    with suppress(Refused):  # A colleague was faster.
        actions.finish(database(), actor(), opened.filling, services().keyring, opened.questionnaire)
    return handed_over_to(_url("thanks", opened.filling), back_to=filling_url(opened.filling))


@pages.page(f"{TABLET}/merci", WRITE)
def thanks(person_id: UUID, filling_id: UUID) -> AnyResponse:
    """Thanks, and the way to the page that asks for the agent's password."""
    opened = opened_filling(person_id, filling_id)
    if g.handed_to is None:
        return redirect_after_post(filling_url(opened.filling))
    return _screen("thanks", opened)


def _in_their_hands(person_id: UUID, filling_id: UUID) -> Opened:
    """An open filling that the session was handed over to. An agent at work is led to their own page of it."""
    opened = opened_filling(person_id, filling_id)
    elsewhere = _elsewhere(opened.filling)
    if elsewhere is not None:
        abort(elsewhere)
    return opened


def _elsewhere(filling: InstrumentFilling) -> Response | None:
    """Where a session is led that was not handed over, or whose questions are over."""
    if g.handed_to is None:
        return redirect_after_post(filling_url(filling))
    return redirect_after_post(_url("thanks", filling)) if filling.state != "open" else None


def _given(filling: InstrumentFilling) -> Given:
    return queries.given(database(), services().keyring, filling.id)


def _url(view: str, filling: InstrumentFilling, **values: Any) -> str:
    return url_for(f"questionnaires.{view}", person_id=filling.person_id, filling_id=filling.id, **values)


def _question_url(filling: InstrumentFilling, item: str | None) -> str:
    """Where a question is asked; where the answers are read again when there is none left."""
    return _url("ask", filling, item=item) if item else _url("review", filling)


def _question(
    opened: Opened, given: Given, shown: list[str], item: str, refused: tuple[Form, Outcome] | None
) -> Response:
    filling, questionnaire = opened.filling, opened.questionnaire
    schema = questionnaire.schema(filling.language, "fr")
    steps = list(steps_of(questionnaire, Form(schema, questionnaire.load(given.answers)), given, shown))
    why = ""
    if refused:
        form, outcome = refused
        why = why_not(outcome, words_of(filling.language), filling.language)
        typed = steps_of(questionnaire, form, given, shown)
        steps = [again if again.item.id == item else step for step, again in zip(steps, typed, strict=True)]
    return _screen(
        "question",
        opened,
        status=UNPROCESSABLE if refused else 200,
        steps=[(step, _question_url(filling, step.item.id)) for step in steps],
        current=item,
        number=shown.index(item) + 1,
        total=len(shown),
        why=why,
        back={step.item.id: _question_url(filling, step.before) for step in steps if step.before},
        start_url=_url("tablet", filling),
        review_url=_url("review", filling),
        answers_url=_url("person_answers", filling),
    )


def _screen(name: str, opened: Opened, *, status: int = 200, **context: Any) -> Response:
    """A page in the language of the questions; it names nobody but whoever answers."""
    language, definition = opened.filling.language, opened.questionnaire.definition
    return render(
        f"questionnaires/{name}.html",
        status=status,
        words=words_of(language),
        language=language,
        right_to_left=language in RIGHT_TO_LEFT,
        title=said(definition.title, language) or opened.filling.name,
        definition=definition,
        said=said,
        **context,
    )
