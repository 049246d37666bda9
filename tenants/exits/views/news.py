"""The news of someone who left, some months later."""

from uuid import UUID

from flask import Response, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.text import lower_first
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.conflicts import optimistic_write, saved_by, state_conflict
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.exits import actions
from tenants.exits.choices import RESULTS
from tenants.exits.models import ExitCheck, PersonExit
from tenants.exits.refusals import refusal
from tenants.exits.schemas import NewsSchema
from tenants.exits.thread import news_in_words
from tenants.exits.workflow import CHECK
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.people.workflow import CLOSE

pages = Pages()
CHECK_AT = "/personnes/<uuid:person_id>/sortie/<uuid:exit_check_id>"


@pages.form(CHECK_AT, CLOSE)
def news(person_id: UUID, exit_check_id: UUID) -> AnyResponse:
    """Note what became of someone who left, or that they were not reached."""
    person, check = _check(person_id, exit_check_id)
    if request.method == "GET":
        if person.stage != "closed" or check.state != "planned":
            flash(refusal("reopened" if person.stage != "closed" else "wrong_state"), "wait")
            return redirect_after_post(file_url(person.id))
        return _news_page(person, check, Form(NewsSchema(), {"asked_on": today()}))
    form = Form.from_request(NewsSchema(), request.form)
    if not form.validate():
        return _news_page(person, check, form, status=422)
    if form.version != str(check.version):
        raise _conflict(form, person, check)
    reached = form.data["reached"] == "yes"
    try:
        with optimistic_write(lambda: _conflict(form, person, get_or_404(ExitCheck, exit_check_id))):
            actions.note_news(
                database(),
                person,
                check,
                actor(),
                reached=reached,
                asked_on=form.data["asked_on"],
                result=form.data["result"] if reached else None,
                comment=form.data["comment"],
            )
    except Refused as refused:
        if refused.code != "before_exit":
            raise _conflict(form, person, check) from refused
        form.add_error("asked_on", refusal(refused.code))
        return _news_page(person, check, form, status=422)
    flash(_("The news are noted."), "done")
    return redirect_after_post(file_url(person.id, "exit"))


@pages.button("/personnes/<uuid:person_id>/nouvelles-notees/<uuid:exit_check_id>/retour", CLOSE)
def take_back(person_id: UUID, exit_check_id: UUID) -> AnyResponse:
    """Ask for some news again: what was noted goes."""
    person, check = _check(person_id, exit_check_id)
    try:
        with optimistic_write(lambda: _conflict(None, person, get_or_404(ExitCheck, exit_check_id))):
            actions.take_news_back(database(), person, check, actor())
        flash(_("The news are to be asked for again."), "done")
    except Refused as refused:
        flash(refusal(refused.code), "wait")
    return redirect_after_post(file_url(person.id, "exit"))


def _check(person_id: UUID, exit_check_id: UUID) -> tuple[Person, ExitCheck]:
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person, theirs_or_404(person, get_or_404(ExitCheck, exit_check_id))


def _conflict(form: Form | None, person: Person, check: ExitCheck) -> StateConflict:
    """What was typed, and what is noted now."""
    current = [(_("State"), _(CHECK.states[check.state]))]
    if check.asked_on:
        current += [(_("Asked on"), exact_day(check.asked_on)), (_("What do they have now?"), news_in_words(check))]
    return state_conflict(form, current, file_url(person.id, "exit"), saved_by(check.updated_at, check.id))


def _news_page(person: Person, check: ExitCheck, form: Form, *, status: int = 200) -> Response:
    left = database().get_one(PersonExit, (check.tenant_id, check.exit_id))
    return render(
        "exits/news.html",
        status=status,
        person=person,
        check=check,
        form=form,
        lead=ngettext(
            "Left on %(day)s (%(result)s), %(num)d month ago.",
            "Left on %(day)s (%(result)s), %(num)d months ago.",
            check.months,
            day=exact_day(left.left_on),
            result=lower_first(_(RESULTS[left.result])),
        ),
        back_url=url_for("file.show", person_id=person.id),
    )
