"""A draft of a CV, made of what stands on the file, for an agent to go through with the person."""

from uuid import UUID

from flask import request
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.printing.engine import is_set_up
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import render
from tenants.cv.presentation import ASKED_FOR, FACTS, MOST_TICKED, cv_of, known_facts, missing
from tenants.cv.schemas import cv_schema
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.printing.giving import can_give, give_on_paper
from tenants.printing.queries import printed_of
from tenants.situation.presentation import months
from tenants.situation.queries import situation_of

pages = Pages()
READ = "person.read"


@pages.form("/personnes/<uuid:person_id>/cv", READ)
def new(person_id: UUID) -> AnyResponse:
    """Say what goes on the draft, and have it made; without anything noted, what is missing and where it is noted."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    known = known_facts(person)
    episodes = situation_of(session, person.id, who.membership_id)["episodes"]
    schema = cv_schema(
        [(code, _(label), known[code]) for code, label in FACTS.items() if code in known],
        [(str(one.id), one.title, months(one.since, one.until)) for one in episodes],
    )
    ticked = {
        "facts": [code for code in known if code not in ASKED_FOR],
        "episodes": [str(one.id) for one in episodes[:MOST_TICKED]],
    }
    form = Form(schema, ticked)
    if request.method == "POST":
        form = Form.from_request(schema, request.form)
        if form.validate() and can_give(form):
            return give_on_paper("cv", person, request.path, **cv_of(known, episodes, form.data))
    return render(
        "cv/new.html",
        status=422 if form.errors else 200,
        person=person,
        form=form,
        can_print=is_set_up(),
        is_empty=not known and not episodes,
        missing=list(missing(person, known, episodes)) if who.may("person.edit") else [],
        printed=printed_of(session, who, person.id, None, "cv"),
        back_url=file_url(person.id),
    )
