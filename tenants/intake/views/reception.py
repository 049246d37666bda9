from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.dates import monday_of
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, version_read
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.intake import actions, queries
from tenants.intake.asked import (
    Questions,
    filling_of,
    questions_here,
    questions_of,
    questions_sent,
    questions_then,
)
from tenants.intake.choices import ANSWERS, CHANNELS, TOPICS
from tenants.intake.forms import beside_in, facts_in, is_possible, parts_of, values_of
from tenants.intake.models import Intake
from tenants.intake.presentation import came_text
from tenants.intake.refusals import lacking_here
from tenants.intake.schemas import correction_schema_of, schema_of
from tenants.people.conflicts import may_reopen, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import home_of
from tenants.people.views.card import READ_CARD
from tenants.people.workflow import STAGE
from tenants.questionnaires.answers import Given
from tenants.questionnaires.queries import given

pages = Pages()


@pages.page("/accueil", "intake.create")
def index() -> Response:
    """The reception: the people who wait, the receptions of this week, the anonymous questions of today."""
    session = database()
    received = queries.received_since(session, monday_of(today()))
    may_read = actor().may("intake.read")
    asked = queries.information_requests_on(session, today())
    return render(
        "intake/index.html",
        waiting=queries.waiting(session),
        received=[
            (row, person, came_text(questions_then(session, then), row, may_read=may_read))
            for row, person, then in received
        ],
        asked=asked,
        today=today(),
        received_today=sum(row.received_on == today() for row, _person, _then in received),
        home_of=home_of,
        channels=CHANNELS,
        topics=TOPICS,
        answers=ANSWERS,
        stages=STAGE.states,
    )


@pages.form("/personnes/<uuid:person_id>/accueils/nouveau", "intake.create")
def new(person_id: UUID) -> AnyResponse:
    """Note the reception of someone who has a file."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    if request.method == "GET":
        if not may_reopen(person):
            require_open(person)
        questions = questions_here(database())
        if refused := lacking_here(questions):
            return refused
        return _intake_page(person, Form(schema_of(questions), {"content": questions.mark}), questions)
    questions = questions_sent(database(), request.form.get("content", "")) or abort(404)
    form = Form.from_request(schema_of(questions), request.form)
    if not form.validate():
        return _intake_page(person, form, questions, status=422)
    beside = beside_in(form.data, questions, services().keyring)
    try:
        actions.receive(database(), actor(), person, facts_in(form.data), beside)
    except Refused:
        form.add_error(None, _("This file is closed: ask an agent to reopen it."))
        return _intake_page(person, form, questions, status=422)
    flash(_("The reception is noted."), "done")
    return redirect_after_post(home_of(person))


@pages.form("/personnes/<uuid:person_id>/accueils/<uuid:intake_id>", "intake.read")
def edit(person_id: UUID, intake_id: UUID) -> Response:
    """Correct what was noted at a reception, in the words that were asked then."""
    person = get_or_404(Person, person_id)
    row = theirs_or_404(person, get_or_404(Intake, intake_id))
    record_reading(database(), person.id)
    questions = _asked_then(row)
    stored, schema = _values(row, questions), correction_schema_of(questions)
    if request.method == "GET":
        return _intake_page(person, Form(schema, stored), questions, row)
    form = Form.from_request(schema, request.form)
    version = version_read(form)
    if not is_possible(form, questions, row.received_on, stored):
        return _intake_page(person, form, questions, row, status=422)
    beside = beside_in(form.data, questions, services().keyring)
    try:
        with optimistic_write(lambda: _conflict(get_or_404(Intake, intake_id), form, questions)):
            actions.correct(database(), actor(), row, facts_in(form.data), version, beside)
    except actions.StaleIntake:
        raise _conflict(row, form, questions) from None
    flash(_("Saved."), "done")
    return redirect_after_post(home_of(person))


def _asked_then(row: Intake) -> Questions:
    return Questions(questions_of(database(), row))


def _values(row: Intake, questions: Questions) -> dict[str, Any]:
    if row.filling_id is None or not questions.beside:
        return values_of(row, questions, Given())
    return values_of(row, questions, given(database(), services().keyring, row.filling_id))


def _conflict(row: Intake, form: Form, questions: Questions) -> StaleEdit:
    return stale_edit(form, _values(row, questions), request.path, saved_by(row.updated_at, row.id))


def _intake_page(
    person: Person, form: Form, questions: Questions, row: Intake | None = None, status: int = 200
) -> Response:
    filling = filling_of(database(), row) if row else None
    version = questions.now.version if questions.now else None
    paper = filling.instrument_version_id if filling else version.version_id if version else None
    return render(
        "intake/form.html",
        status=status,
        person=person,
        name=person.full_name,
        form=form,
        row=row,
        version=(form.version or row.version) if row else None,
        back_url=home_of(person),
        parts=parts_of(form, questions),
        asked=filling or version,
        paper_of=paper if actor().may("instrument.see") else None,
    )
