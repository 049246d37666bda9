from uuid import UUID

from flask import Response

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.identity.models import Membership
from clais.numbers import age_on
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.formatting import short_day
from clais.web.rendering import render
from tenants.file import queries
from tenants.file.rows import thread_rows
from tenants.people.actions import remember_opening
from tenants.people.choices import STATUS
from tenants.people.models import Person
from tenants.people.queries import stage_steps
from tenants.people.schemas import StageSchema
from tenants.people.views.card import CLOSING, possible_referents
from tenants.people.workflow import STAGE

pages = Pages()


@pages.page("/personnes/<uuid:person_id>", "person.read")
def show(person_id: UUID) -> Response:
    """The file of a person. The reading is recorded."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    remember_opening(session, who.membership_id, person.id)
    referents = possible_referents()
    happened = queries.newest(session, person.id, who)
    return render(
        "file/show.html",
        person=person,
        name=person.full_name,
        age=age_on(person.birth_date, today()) if person.birth_date else None,
        referent=_name_of(referents, person.referent_id),
        referents=referents,
        path_steps=[
            {
                "label": _(STAGE.states[step.code]),
                "state": step.state,
                "note": short_day(step.since) if step.since else "",
            }
            for step in stage_steps(person, happened["stages"])
        ],
        steps=STAGE.buttons(person, who.permissions),
        closing=Form(StageSchema(), {"transition": "close"}, prefix=CLOSING),
        acts=queries.acts(person, who),
        sections=queries.sections(session, person, who),
        thread=thread_rows(queries.entries_of(happened, who)[: queries.LINES]),
        statuses=STATUS,
    )


def _name_of(referents: list[Membership], referent_id: UUID | None) -> str | None:
    """The referent's name; someone who left the platform is looked up once more."""
    if referent_id is None:
        return None
    found = next((member for member in referents if member.id == referent_id), None)
    found = found or database().get(Membership, (actor().tenant_id, referent_id))
    return found.display_name if found else None
