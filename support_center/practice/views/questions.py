from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.practice.choices import READERS
from clais.exchange.practice.queries import answers_to, last_answers, received_questions, waits_for_answer
from clais.exchange.practice.workflow import QUESTION
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.registry.queries import platforms_of
from clais.translation import gettext as _
from clais.web.context import actor, database
from clais.web.rendering import redirect_after_post, render
from support_center.practice import actions
from support_center.practice.lookups import opened_question
from support_center.practice.schemas import AnswerSchema
from support_center.practice.workflow import WRITE

pages = Pages()
SEE = "practice.see"


@pages.page("/questions", SEE)
def questions() -> Response:
    """The questions of the platforms: those that wait first."""
    session = database()
    found, last = received_questions(session), last_answers(session)
    waiting = [row for row in reversed(found) if waits_for_answer(row, last.get(row.id))]
    return render(
        "practice_desk/questions.html",
        waiting=waiting,
        others=[row for row in found if row not in waiting],
        last=last,
        platforms=platforms_of(session, actor().basin_id),
        may_write=actor().may(WRITE),
    )


@pages.page("/questions/<uuid:question_id>", SEE)
def question(question_id: UUID) -> Response:
    """A question, its answers, and what is made of them."""
    session, row = database(), opened_question(question_id)
    answers = answers_to(session, row)
    waits = waits_for_answer(row, answers[-1] if answers else None)
    state = row.state if waits or row.state == "closed" else "answered"
    return render(
        "practice_desk/question.html",
        question=row,
        answers=answers,
        waits=waits,
        state=(_(QUESTION.states[state]), "wait" if waits else "done" if state == "answered" else ""),
        platform=platforms_of(session, actor().basin_id).get(str(row.tenant_id), ""),
        may_write=actor().may(WRITE),
    )


@pages.form("/questions/<uuid:question_id>/reponse", WRITE)
def answer(question_id: UUID) -> Response:
    """Answer a question."""
    row = opened_question(question_id)
    form = Form(AnswerSchema())
    if request.method == "POST":
        form = Form.from_request(AnswerSchema(), request.form)
        if form.validate():
            actions.answer(database(), actor(), row, form.data["text"])
            flash(_("Answered: who asked is told."), "done")
            return redirect_after_post(url_for("practice_desk.question", question_id=question_id))
    return render(
        "practice_desk/answer.html",
        status=422 if form.errors else 200,
        form=form,
        question=row,
        cancel_url=url_for("practice_desk.question", question_id=question_id),
    )


@pages.button("/questions/<uuid:question_id>/fiche", WRITE)
def make_card(question_id: UUID) -> Response:
    """Make the draft of a card of the newest answer; the one that it has become, when there is one."""
    session, row = database(), opened_question(question_id)
    given = next(reversed(answers_to(session, row)), None)
    if given is None:
        flash(_("Answer first: the card is made of the answer."), "info")
        return redirect_after_post(url_for("practice_desk.question", question_id=question_id))
    if given.practice_card_id is not None:
        return redirect_after_post(url_for("practice_desk.card", card_id=given.practice_card_id))
    card = actions.card_of_answer(session, actor(), row, given, list(READERS))
    flash(_("A draft, without who asked. Read it again before you publish it."), "done")
    return redirect_after_post(url_for("practice_desk.change_card", card_id=card.id))
