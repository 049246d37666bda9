"""The summary of a file on paper: what will be in it, and the click that has it made."""

from uuid import UUID

from flask import abort, request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.printing.engine import is_set_up
from clais.services import services
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import render
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.printing.giving import give_on_paper
from tenants.printing.queries import printed_of
from tenants.sensitive.actions import NotOpen, show_fact
from tenants.sensitive.mails import tell_of_taking
from tenants.sensitive.models import SensitiveFact
from tenants.sensitive.queries import Told
from tenants.summary.presentation import readable_facts, summary_of
from tenants.summary.schemas import SummarySchema

pages = Pages()
READ = "person.read"


@pages.form("/personnes/<uuid:person_id>/resume", READ)
def new(person_id: UUID) -> AnyResponse:
    """Have the summary made by the worker; it is for who asked alone, and is erased after a day."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    form = Form(SummarySchema(), {"sensitive": False})
    if request.method == "POST":
        form = Form.from_request(SummarySchema(), request.form)
        if form.validate():
            told = _shown(person) if form.data["sensitive"] and is_set_up() else []
            return give_on_paper("summary", person, file_url(person.id), **summary_of(session, person, who, told))
    return render(
        "summary/new.html",
        status=422 if form.errors else 200,
        person=person,
        form=form,
        number=len(readable_facts(session, person, who)),
        can_print=is_set_up(),
        printed=printed_of(session, who, person.id, None, "summary"),
        back_url=file_url(person.id),
    )


def _shown(person: Person) -> list[tuple[SensitiveFact, Told]]:
    """The sensitive facts that the actor may read; that each was shown is on record."""
    session, who, found = database(), actor(), services()
    facts = readable_facts(session, person, who)
    try:
        told = [(fact, show_fact(session, who, person, fact, found.keyring)) for fact in facts]
    except NotOpen:
        abort(403)
    if any(fact.author_id != who.membership_id for fact in facts):
        tell_of_taking(session, who, person, found.permissions)
    return [(fact, what) for fact, what in told if what is not None]
