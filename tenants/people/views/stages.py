"""The path of a file: its next stage, closing and reopening."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for

from clais.audit.actions import record_reading
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.people import actions, forms
from tenants.people.conflicts import file_conflict
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
        raise _stage_conflict(person, form, form.data["transition"]) from None
    return _moved(person)


@pages.form("/personnes/<uuid:person_id>/cloture", "person.close")
def close(person_id: UUID) -> Response:
    """Close a file: why, and what becomes of what is still open for the person."""
    person = get_or_404(Person, person_id)
    session, who = database(), actor()
    record_reading(session, person.id)
    if request.method == "GET":
        items = forms.open_items(session, person, who)
        return _closing_page(person, Form(forms.schema_of(items)), items)
    # From here on nothing is added to the file until it is closed.
    actions.lock_file(session, person)
    items = forms.open_items(session, person, who)
    settled_meanwhile = {name for name in request.form if name.startswith(forms.PREFIX)}
    form = Form.from_request(forms.schema_of(items), request.form, allow=settled_meanwhile)
    if person.stage == "closed":
        raise _stage_conflict(person, form, "close")
    if not form.validate():
        return _closing_page(person, form, items, status=422)
    try:
        forms.settle(session, who, form, items)
        actions.move(session, who, person, "close", reason=form.data["reason"], comment=form.data["comment"])
        session.flush()
    except Refused:
        # A colleague or the centre settled something at the same moment: what is left is asked again.
        session.rollback()
        person = get_or_404(Person, person_id)
        raise _stage_conflict(person, form, "close") from None
    return _moved(person)


def _moved(person: Person) -> Response:
    flash(_("The file is now at this stage: %(stage)s.", stage=_(STAGE.states[person.stage])), "done")
    return redirect_after_post(home_of(person))


def _closing_page(person: Person, form: Form, items: list[forms.ToSettle], status: int = 200) -> Response:
    return render(
        "people/closing.html",
        status=status,
        person=person,
        form=form,
        items=items,
        act=_(STAGE.label_of("close")),
        back_url=home_of(person),
        address=url_for("people.close", person_id=person.id),
    )


def _stage_conflict(person: Person, form: Form, wanted: str) -> StateConflict:
    """The conflict when the file is at another stage: the requested transition, and the present stage."""
    conflict = file_conflict(form, person, home_of(person))
    conflict.yours.insert(0, (_("Stage"), _(STAGE.label_of(wanted) or wanted)))
    return conflict
