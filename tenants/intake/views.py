from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from marshmallow import ValidationError

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
from clais.web.formatting import day_as
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.intake import actions, queries
from tenants.intake.choices import ANSWERS, CHANNELS, REQUEST_KINDS, TOPICS
from tenants.intake.models import Intake
from tenants.intake.schemas import InformationRequestSchema, IntakeSchema, RegisterSchema
from tenants.people.actions import Unacceptable
from tenants.people.choices import REGISTRATION_TEXT
from tenants.people.matching import check
from tenants.people.matching.duplicates import Match
from tenants.people.matching.presentation import duplicate_rows, number_warnings
from tenants.people.models import Person
from tenants.people.queries import national_number_authorisation
from tenants.people.refusals import look_first, refusal
from tenants.people.schemas import facts_of
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


@pages.form("/accueil/nouveau", "person.create")
def register() -> Response:
    """Register a newcomer: identity, request, agreement. Possible duplicates must be confirmed first."""
    if request.method == "GET":
        return _register_page(Form(RegisterSchema()))
    form = Form.from_request(RegisterSchema(), request.form)
    if not form.validate():
        return _correct(form)
    facts, confirmed_different = facts_of(form.data), check.confirmed_different(form.data)
    asked = facts.pop("intake")
    try:
        person = actions.register(
            database(), actor(), facts, asked, services().keyring, confirmed_different=confirmed_different
        )
    except check.PossibleDuplicates as found:
        return _look_first(form, found.matches)
    except Unacceptable as refused:
        form.add_error(refused.field, refusal(refused))
        return _register_page(form, status=422)
    flash(
        _(
            "%(name)s is registered under %(reference)s.",
            name=person.full_name,
            reference=person.reference,
        ),
        "done",
    )
    for warning in number_warnings(facts):
        flash(warning, "wait")
    return redirect_after_post(home_of(person))


def _correct(form: Form) -> Response:
    """The form with its errors, and with the possible duplicates to confirm."""
    answers = _valid_answers(form)
    matches = _possible_duplicates(answers)
    if check.needs_confirmation(matches, check.confirmed_different(answers)):
        return _look_first(form, matches)
    return _register_page(form, matches, status=422)


def _look_first(form: Form, matches: Sequence[Match[Person]]) -> Response:
    form.add_error("not_duplicate", look_first())
    return _register_page(form, matches, status=422)


def _valid_answers(form: Form) -> Mapping[str, Any]:
    """The valid answers so far, of a form that is unfinished or has errors."""
    try:
        loaded: Mapping[str, Any] = form.schema.load(form.typed or {}, partial=True)
    except ValidationError as error:
        return error.valid_data if isinstance(error.valid_data, Mapping) else {}
    return loaded


def _possible_duplicates(data: Mapping[str, Any]) -> list[Match[Person]]:
    return check.possible_duplicates(database(), data, services().keyring)


def _register_page(form: Form, matches: Sequence[Match[Person]] = (), status: int = 200) -> Response:
    return render(
        "intake/register.html",
        status=status,
        form=form,
        consent_text=_(REGISTRATION_TEXT, place=actor().tenant_name),
        may_keep_numbers=national_number_authorisation(database()),
        **_duplicates_context(form, matches),
    )


@pages.post("/accueil/doublons", "person.create")
def duplicates() -> Response:
    """The possible duplicates while the agent types. The typed text is sent in the body."""
    form = Form.from_request(RegisterSchema(), request.form)
    return render(
        "people/_duplicates.html",
        **_duplicates_context(form, _possible_duplicates(_valid_answers(form)), typing=True),
    )


def _duplicates_context(form: Form, matches: Sequence[Match[Person]], *, typing: bool = False) -> dict[str, Any]:
    data = _valid_answers(form) if form.typed else {}
    return {
        "duplicates": duplicate_rows(matches),
        "warnings": number_warnings(data),
        "answered": bool(matches) and not check.needs_confirmation(matches, check.confirmed_different(data)),
        "duplicate_error": "" if typing else " ".join(form["not_duplicate"].errors),
        "home_of": home_of,
    }


@pages.form("/personnes/<uuid:person_id>/accueils/nouveau", "intake.create")
def new(person_id: UUID) -> Response:
    """Note the reception of someone who has a file."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    if request.method == "GET":
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
    person, row = get_or_404(Person, person_id), get_or_404(Intake, intake_id)
    if row.person_id != person.id:
        abort(404)
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


@pages.form("/accueil/demandes/nouvelle", "information_request.create")
def ask() -> Response:
    """Count an anonymous question at the desk."""
    form = Form(InformationRequestSchema())
    if request.method == "POST":
        form = Form.from_request(InformationRequestSchema(), request.form)
        if form.validate():
            actions.note_information_request(database(), actor(), form.data)
            flash(_("The question is counted."), "done")
            return redirect_after_post(url_for("intake.index"))
    return render("intake/ask.html", status=422 if form.typed is not None else 200, form=form)


@pages.page("/accueil/demandes", "information_request.read")
def figures() -> Response:
    """The number of anonymous questions per month."""
    return render(
        "intake/figures.html",
        months=queries.information_requests_by_month(database()),
        topics=TOPICS,
        month_name=lambda first: day_as(first, "LLLL y"),
    )
