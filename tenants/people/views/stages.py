"""The path of a file: its next stage, and reopening. Closing is of `tenants.exits`."""

from uuid import UUID

from flask import Response, abort, flash, request

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.rendering import redirect_after_post
from clais.workflow import Refused
from tenants.people import actions
from tenants.people.conflicts import stage_conflict
from tenants.people.models import Person
from tenants.people.schemas import StageSchema
from tenants.people.urls import home_of
from tenants.people.views.card import READ_CARD
from tenants.people.workflow import STAGE

pages = Pages()


@pages.post("/personnes/<uuid:person_id>/etapes", "person.move")
def stages(person_id: UUID) -> Response:
    """Move a file to another stage, or reopen it."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id, READ_CARD)
    form = Form.from_request(StageSchema(), request.form)
    if not form.validate():
        abort(422)
    try:
        actions.move(database(), actor(), person, form.data["transition"])
        database().flush()
    except Refused as refused:
        if refused.code == "not_permitted":
            abort(403)
        raise stage_conflict(person, form, form.data["transition"]) from None
    return moved(person)


def moved(person: Person) -> Response:
    """Say where the file stands now, on its page."""
    flash(_("The file is now at this stage: %(stage)s.", stage=_(STAGE.states[person.stage])), "done")
    return redirect_after_post(home_of(person))
