from uuid import UUID

from flask import Response, flash, request, url_for

from clais.exchange.practice.queries import answers_to, card_of_basin, newest_answers
from clais.exchange.practice.workflow import ASK, QUESTION
from clais.exchange.publications.instruments import shelf_of_basin, version_of_basin
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.wording import title_of
from clais.translation import gettext as _
from clais.web.conflicts import state_changed_by, state_conflict
from clais.web.context import actor, database
from clais.web.errors import StateConflict
from clais.web.rendering import form_page, redirect_after_post, render
from clais.workflow import Refused, last_change
from tenants.practice import actions
from tenants.practice.lookups import centre_id, own_question
from tenants.practice.presentation import state_of
from tenants.practice.queries import own_questions
from tenants.practice.schemas import AgainSchema, QuestionSchema

pages = Pages()


@pages.page("/echange/questions", ASK)
def questions() -> Response:
    """The questions that one asked, and where they stand."""
    session = database()
    found = own_questions(session, actor())
    last = newest_answers(session, found)
    return render(
        "practice/questions.html",
        questions=[(row, *state_of(row, last.get(row.id)), last.get(row.id)) for row in found],
    )


@pages.form("/echange/questions/nouvelle", ASK)
def new_question() -> Response:
    """Ask the centre something."""
    form = Form(QuestionSchema(), {"text": _about(request.args.get("a_propos", type=UUID))})
    if request.method == "POST":
        form = Form.from_request(QuestionSchema(), request.form)
        if form.validate():
            question = actions.ask(database(), actor(), centre_id(), form.data["text"])
            flash(
                _("The support centre reads your question, without your name. You will be told of its answer."), "done"
            )
            return redirect_after_post(url_for("practice.question", question_id=question.id))
    return form_page(form, _("Ask the support centre"), url_for("practice.questions"), submit=_("Ask"))


def _about(version_id: UUID | None) -> str:
    """How a remark begins that is about a version of an instrument; empty otherwise."""
    version = version_of_basin(database(), version_id) if version_id else None
    shelf = shelf_of_basin(database(), version.instrument_id) if version else None
    if version is None or shelf is None:
        return ""
    return _("About %(title)s:", title=title_of(shelf.instrument.name, version.number)) + " "


@pages.page("/echange/questions/<uuid:question_id>", ASK)
def question(question_id: UUID) -> Response:
    """A question with its answers."""
    session, row = database(), own_question(question_id)
    answers = answers_to(session, row)
    cards = {
        one.practice_card_id: card_of_basin(session, one.practice_card_id) for one in answers if one.practice_card_id
    }
    return render(
        "practice/question.html",
        question=row,
        answers=answers,
        cards=cards,
        state=state_of(row, next(reversed(answers), None)),
        buttons=QUESTION.buttons(row, actor().permissions),
    )


@pages.form("/echange/questions/<uuid:question_id>/reprise", ASK)
def ask_again(question_id: UUID) -> Response:
    """Ask a question again, and say what is missing."""
    row = own_question(question_id)
    form = Form(AgainSchema())
    if request.method == "POST":
        form = Form.from_request(AgainSchema(), request.form)
        if form.validate():
            try:
                actions.ask_again(database(), actor(), row, form.data["more"])
            except Refused as refused:
                raise _moved(question_id, form) from refused
            flash(_("The support centre reads it again."), "done")
            return redirect_after_post(url_for("practice.question", question_id=question_id))
    return form_page(
        form,
        _(QUESTION.label_of("reopen")),
        url_for("practice.question", question_id=question_id),
        submit=_(QUESTION.label_of("reopen")),
    )


@pages.button("/echange/questions/<uuid:question_id>/cloture", ASK)
def close_question(question_id: UUID) -> Response:
    """Close a question."""
    try:
        actions.close(database(), actor(), own_question(question_id))
    except Refused as refused:
        raise _moved(question_id) from refused
    flash(_("Closed."), "done")
    return redirect_after_post(url_for("practice.question", question_id=question_id))


def _moved(question_id: UUID, form: Form | None = None) -> StateConflict:
    row = own_question(question_id)
    reload_url = url_for("practice.question", question_id=question_id)
    standing = [("", _(QUESTION.states[row.state]))]
    return state_conflict(form, standing, reload_url, state_changed_by(last_change(database(), question_id)))
