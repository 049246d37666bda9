"""Sensitive facts of a file: note one, have one shown, open them with a reason, erase one."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post, render
from tenants.people.choices import STATUS
from tenants.people.lookups import theirs_or_404
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.sensitive import actions
from tenants.sensitive.mails import tell_of_opening, tell_of_taking
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.presentation import facts_shown
from tenants.sensitive.queries import Told, may_read
from tenants.sensitive.schemas import USUAL, FactSchema, OpeningSchema
from tenants.sensitive.sections import WRITE

pages = Pages()

READ_FILE = "person.read"
SECTION = "sensitive"


def _person(person_id: UUID) -> Person:
    """The person of the page. The reading of the file is recorded, whatever the request."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


@pages.form("/personnes/<uuid:person_id>/donnees-sensibles/nouvelle", WRITE)
def note(person_id: UUID) -> AnyResponse:
    """Note a fact that is kept sealed, until a day."""
    person = _person(person_id)
    if request.method == "GET":
        return _note_page(person, Form(FactSchema(), {"keep_until": today() + USUAL}))
    form = Form.from_request(FactSchema(), request.form)
    if not form.validate():
        return _note_page(person, form, status=422)
    keep_until = form.data.pop("keep_until")
    actions.note_fact(database(), actor(), person, Told(**form.data), keep_until, services().keyring)
    flash(_("Noted, sealed. Each showing of it is on record."), "done")
    return redirect_after_post(file_url(person.id, SECTION))


@pages.button("/personnes/<uuid:person_id>/donnees-sensibles/<uuid:fact_id>/affichage", READ_FILE)
def show(person_id: UUID, fact_id: UUID) -> Response:
    """Show one fact once. The showing is recorded."""
    person = _person(person_id)
    fact = theirs_or_404(person, get_or_404(SensitiveFact, fact_id))
    try:
        told = actions.show_fact(database(), actor(), person, fact, services().keyring)
    except actions.NotOpen:
        abort(403)
    if fact.author_id != actor().membership_id:
        tell_of_taking(database(), actor(), person, services().permissions)
    return render(
        "sensitive/shown.html",
        "sensitive/_shown.html",
        person=person,
        fact=fact,
        told=told,
        facts=facts_shown(told, fact.keep_until) if told else (),
        status_words="",
    )


@pages.button("/personnes/<uuid:person_id>/donnees-sensibles/statut/affichage", READ_FILE)
def show_status(person_id: UUID) -> Response:
    """Show once the status that the card does not say. The showing is recorded."""
    person = _person(person_id)
    try:
        status = actions.show_status(database(), actor(), person, services().keyring)
    except actions.NotOpen:
        abort(403)
    tell_of_taking(database(), actor(), person, services().permissions)
    return render(
        "sensitive/shown.html",
        "sensitive/_shown.html",
        person=person,
        fact=None,
        status_words=_(STATUS[status]) if status in STATUS else _("not filled in"),
    )


@pages.form("/personnes/<uuid:person_id>/donnees-sensibles/ouverture", READ_FILE)
def open_with_reason(person_id: UUID) -> AnyResponse:
    """Open the sensitive facts of a file for an hour; the coordinators are told."""
    person = _person(person_id)
    if request.method == "GET":
        return _opening_page(person, Form(OpeningSchema()))
    form = Form.from_request(OpeningSchema(), request.form)
    if not form.validate():
        return _opening_page(person, form, status=422)
    if may_read(database(), person, None, actor()):
        return redirect_after_post(file_url(person.id, SECTION))  # Twice is as good as once.
    opening = actions.open_facts(database(), actor(), person, form.data["reason"], services().keyring)
    tell_of_opening(database(), actor(), person, opening, services().permissions)
    flash(_("Open to you for an hour. Your coordinators are told."), "done")
    return redirect_after_post(file_url(person.id, SECTION))


@pages.button("/personnes/<uuid:person_id>/donnees-sensibles/<uuid:fact_id>/effacement", WRITE)
def erase(person_id: UUID, fact_id: UUID) -> AnyResponse:
    """Erase a fact that is needed no more."""
    person = _person(person_id)
    fact = theirs_or_404(person, get_or_404(SensitiveFact, fact_id))
    try:
        actions.erase_fact(database(), actor(), person, fact, services().keyring)
    except actions.NotOpen:
        abort(403)
    flash(_("Erased. Nothing of it is left but that it was there."), "done")
    return redirect_after_post(file_url(person.id, SECTION))


def _note_page(person: Person, form: Form, status: int = 200) -> Response:
    return render("sensitive/note.html", status=status, person=person, form=form, back_url=_back(person))


def _opening_page(person: Person, form: Form, status: int = 200) -> Response:
    return render("sensitive/opening.html", status=status, person=person, form=form, back_url=_back(person))


def _back(person: Person) -> str:
    return url_for("file.show", person_id=person.id, _anchor=SECTION)
