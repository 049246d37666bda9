"""Stopping the clock of a person, for longer or shorter, or not after all."""

from typing import Any
from uuid import UUID

from flask import Response, flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.conflicts import optimistic_write, saved_by, state_conflict
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.pauses import actions, queries
from tenants.pauses.models import ClockPause
from tenants.pauses.presentation import period, reason_of
from tenants.pauses.refusals import refusal
from tenants.pauses.rules.stopping import is_put_off
from tenants.pauses.schemas import PauseSchema, UntilSchema
from tenants.pauses.workflow import PAUSE, WRITE
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url

pages = Pages()
CODES_OF_DAYS = frozenset({"overlap", "over", "too_early"})
"""Refusals that another day answers."""


@pages.form("/personnes/<uuid:person_id>/pauses/nouvelle", WRITE)
def new(person_id: UUID) -> AnyResponse:
    """Stop the clock: what is due from then on is put off for as long."""
    person = _person(person_id)
    if request.method == "GET":
        require_open(person)
        return _new_page(person, Form(PauseSchema(), {"starts_on": today()}))
    form = Form.from_request(PauseSchema(), request.form)
    if not form.validate():
        return _new_page(person, form, status=422)
    try:
        with conflict_if_closed(form, person):
            pause = actions.note_pause(database(), person, actor(), **form.data)
    except Refused as refused:
        form.add_error("until_on" if refused.code == "over" else "starts_on", refusal(refused.code))
        return _new_page(person, form, status=422)
    moved = len(pause.moved)
    flash(
        ngettext("The pause is noted, %(num)d day is put off.", "The pause is noted, %(num)d days are put off.", moved)
        if moved
        else _("The pause is noted. Nothing was due."),
        "done",
    )
    return redirect_after_post(file_url(person.id))


@pages.form("/personnes/<uuid:person_id>/pauses/<uuid:clock_pause_id>", WRITE)
def edit(person_id: UUID, clock_pause_id: UUID) -> AnyResponse:
    """Make a pause longer or shorter, as long as it is not over."""
    person, pause = _pause(person_id, clock_pause_id)
    if request.method == "GET":
        require_open(person)
        if pause.state != "noted" or pause.until_on < today():
            flash(refusal("over" if pause.state == "noted" else "wrong_state"), "wait")
            return redirect_after_post(file_url(person.id))
        return _edit_page(person, pause, Form(UntilSchema(), {"until_on": pause.until_on}))
    form = Form.from_request(UntilSchema(), request.form)
    if not form.validate():
        return _edit_page(person, pause, form, status=422)
    if form.version != str(pause.version):
        raise _conflict(form, pause)
    try:
        with (
            conflict_if_closed(form, person),
            optimistic_write(lambda: _conflict(form, get_or_404(ClockPause, clock_pause_id))),
        ):
            actions.change_pause(database(), person, pause, actor(), **form.data)
    except Refused as refused:
        if refused.code not in CODES_OF_DAYS:
            raise _conflict(form, pause) from refused
        form.add_error("until_on", refusal(refused.code))
        return _edit_page(person, pause, form, status=422)
    flash(_("The pause is changed, and what it put off with it."), "done")
    return redirect_after_post(file_url(person.id))


@pages.button("/personnes/<uuid:person_id>/pauses/<uuid:clock_pause_id>/retrait", WRITE)
def withdraw(person_id: UUID, clock_pause_id: UUID) -> AnyResponse:
    """Take back a pause that was noted by mistake."""
    person, pause = _pause(person_id, clock_pause_id)
    try:
        with optimistic_write(lambda: _conflict(None, get_or_404(ClockPause, clock_pause_id))):
            actions.withdraw_pause(database(), person, pause, actor())
        flash(_("The pause is taken back, and the days are what they were."), "done")
    except Refused as refused:
        flash(refusal(refused.code), "wait")
    return redirect_after_post(file_url(person.id))


def _person(person_id: UUID) -> Person:
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


def _pause(person_id: UUID, clock_pause_id: UUID) -> tuple[Person, ClockPause]:
    person = _person(person_id)
    return person, theirs_or_404(person, get_or_404(ClockPause, clock_pause_id))


def _conflict(form: Form | None, pause: ClockPause) -> StateConflict:
    """What was typed, and the pause as it stands."""
    current: list[tuple[Any, Any]] = [
        (_("Pause"), period(pause)),
        (_("State"), _(PAUSE.states[pause.state])),
    ]
    return state_conflict(form, current, file_url(pause.person_id), saved_by(pause.updated_at, pause.id))


def _new_page(person: Person, form: Form, *, status: int = 200) -> Response:
    due = queries.due_days(database(), person.id, actor())
    return render(
        "pauses/new.html",
        status=status,
        person=person,
        form=form,
        due=[each for _clock, each in due if is_put_off(each.day, today(), today())],
        late=[each for _clock, each in due if not is_put_off(each.day, today(), today())],
        back_url=file_url(person.id),
    )


def _edit_page(person: Person, pause: ClockPause, form: Form, *, status: int = 200) -> Response:
    return render(
        "pauses/edit.html",
        status=status,
        person=person,
        pause=pause,
        form=form,
        reason=reason_of(pause),
        period=period(pause),
        starts=exact_day(pause.starts_on),
        withdraw=_(PAUSE.label_of("withdraw")),
        back_url=file_url(person.id),
    )
