from typing import Any
from uuid import UUID

from flask import Response, flash, request

from clais.audit.actions import record_reading
from clais.clock import today
from clais.dates import monday_of
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, version_read
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.intake import actions, queries
from tenants.intake.choices import ANSWERS, CHANNELS, REQUEST_KINDS, TOPICS
from tenants.intake.models import Intake
from tenants.intake.schemas import IntakeSchema
from tenants.people.conflicts import may_reopen, require_open
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import home_of
from tenants.people.views.card import READ_CARD
from tenants.people.workflow import STAGE

pages = Pages()


@pages.page("/accueil", "intake.create")
def index() -> Response:
    """The reception: the people who wait, the receptions of this week, the anonymous questions of today."""
    session = database()
    received = queries.received_since(session, monday_of(today()))
    asked = queries.information_requests_on(session, today())
    return render(
        "intake/index.html",
        waiting=queries.waiting(session),
        received=received,
        asked=asked,
        today=today(),
        received_today=sum(row.received_on == today() for row, _person in received),
        home_of=home_of,
        channels=CHANNELS,
        kinds=REQUEST_KINDS,
        topics=TOPICS,
        answers=ANSWERS,
        stages=STAGE.states,
    )


@pages.form("/personnes/<uuid:person_id>/accueils/nouveau", "intake.create")
def new(person_id: UUID) -> Response:
    """Note the reception of someone who has a file."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    if request.method == "GET":
        if not may_reopen(person):
            require_open(person)
        return _intake_page(person, Form(IntakeSchema()))
    form = Form.from_request(IntakeSchema(), request.form)
    if not form.validate():
        return _intake_page(person, form, status=422)
    try:
        actions.receive(database(), actor(), person, form.data)
    except Refused:
        form.add_error(None, _("This file is closed: ask an agent to reopen it."))
        return _intake_page(person, form, status=422)
    flash(_("The reception is noted."), "done")
    return redirect_after_post(home_of(person))


@pages.form("/personnes/<uuid:person_id>/accueils/<uuid:intake_id>", "intake.read")
def edit(person_id: UUID, intake_id: UUID) -> Response:
    """Correct what was noted at a reception."""
    person = get_or_404(Person, person_id)
    row = theirs_or_404(person, get_or_404(Intake, intake_id))
    record_reading(database(), person.id)
    if request.method == "GET":
        return _intake_page(person, Form(IntakeSchema(), _values(row)), row)
    form = Form.from_request(IntakeSchema(), request.form)
    version = version_read(form)
    if not form.validate():
        return _intake_page(person, form, row, status=422)
    try:
        with optimistic_write(lambda: _conflict(get_or_404(Intake, intake_id), form)):
            actions.correct(database(), row, form.data, version)
    except actions.StaleIntake:
        raise _conflict(row, form) from None
    flash(_("Saved."), "done")
    return redirect_after_post(home_of(person))


def _values(row: Intake) -> dict[str, Any]:
    return {name: getattr(row, name) for name in actions.FACTS}


def _conflict(row: Intake, form: Form) -> StaleEdit:
    return stale_edit(form, _values(row), request.path, saved_by(row.updated_at, row.id))


def _intake_page(person: Person, form: Form, row: Intake | None = None, status: int = 200) -> Response:
    return render(
        "intake/form.html",
        status=status,
        person=person,
        name=person.full_name,
        form=form,
        row=row,
        version=(form.version or row.version) if row else None,
        back_url=home_of(person),
    )
