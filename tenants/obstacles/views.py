"""The obstacles of a person: found, moved, lifted, come back."""

from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.instruments.rules.dimensions import SENSITIVE
from clais.translation import gettext as _
from clais.web.conflicts import key_read, state_conflict
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StateConflict
from clais.web.formatting import exact_day
from clais.web.rendering import redirect_after_post, render
from clais.workflow import Refused
from tenants.obstacles import actions, queries
from tenants.obstacles.presentation import Known, known_of, lifted_of, line_of, moments_of, resource_of
from tenants.obstacles.refusals import refusal
from tenants.obstacles.rules.history import History
from tenants.obstacles.schemas import ChangeSchema, ObstacleSchema
from tenants.orientation.queries import bilans
from tenants.orientation.workflow import WRITE
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

pages = Pages()
READ = "orientation.read"
FIELD_OF = {"sensitive": "dimension", "known": "dimension", "older": "seen_on"}
"""The field of the form that another answer to a refusal goes into."""
MOST_BILANS = 100


@pages.page("/personnes/<uuid:person_id>/obstacles", READ)
def index(person_id: UUID) -> Response:
    """Each obstacle with its history, those that are lifted, and the resources."""
    person = _person(person_id)
    known = _known(person)
    return render(
        "obstacles/index.html",
        person=person,
        present=[(line_of(one), moments_of(one)) for one in known.present],
        lifted=[(lifted_of(one), moments_of(one)) for one in known.lifted],
        resources=[(resource_of(one), moments_of(one)) for one in known.resources],
        unreadable=known.unreadable,
        may_write=actor().may(WRITE) and person.stage in OPEN_STAGES,
    )


@pages.form("/personnes/<uuid:person_id>/obstacles/nouveau", WRITE)
def note(person_id: UUID) -> AnyResponse:
    """Note an obstacle between two bilans: one that was found, or that came back."""
    person = _person(person_id)
    if request.method == "GET":
        require_open(person)
        return _page(person, Form(ObstacleSchema(), {"seen_on": today(), "source": "contact"}))
    form = Form.from_request(ObstacleSchema(), request.form)
    if not form.validate():
        return _page(person, form)
    data = form.data | {"level": int(form.data["level"])}
    try:
        with conflict_if_closed(form, person):
            actions.note_obstacle(
                database(), person, actor(), read=lambda: _known(person).of(data["dimension"]), **data
            )
    except Refused as refused:
        form.add_error(FIELD_OF[refused.code], refusal(refused.code))
        return _page(person, form)
    flash(_("The obstacle is noted."), "done")
    return redirect_after_post(_index(person))


@pages.form("/personnes/<uuid:person_id>/obstacles/<dimension>", WRITE)
def change(person_id: UUID, dimension: str) -> AnyResponse:
    """Say that an obstacle hinders more or less, or that it is lifted, and how."""
    person = _person(person_id)
    known = _known(person).of(dimension)
    if known is None or dimension in SENSITIVE:
        abort(404)  # What is sealed changes in a bilan alone.
    if request.method == "GET":
        require_open(person)
        if not known.is_open:
            flash(refusal("lifted"), "wait")
            return redirect_after_post(_index(person))
        return _page(person, Form(ChangeSchema(), {"seen_on": today(), "source": "contact"}), known)
    form = Form.from_request(ChangeSchema(), request.form)
    if key_read(form) != actions.key_of(known):
        raise _conflict(person, form, known)
    if not form.validate():
        return _page(person, form, known)
    data = form.data | {"level": int(form.data["level"])}
    try:
        with conflict_if_closed(form, person):
            actions.change_obstacle(
                database(), person, actor(), read=lambda: _known(person).of(dimension), seen=key_read(form), **data
            )
    except Refused as refused:
        if refused.code not in FIELD_OF:
            raise _conflict(person, form, _known(person).of(dimension) or known) from refused
        form.add_error(FIELD_OF[refused.code], refusal(refused.code))
        return _page(person, form, known)
    flash(_("The obstacle is lifted.") if data["level"] == 0 else _("The change is noted."), "done")
    return redirect_after_post(_index(person))


def _person(person_id: UUID) -> Person:
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


def _known(person: Person) -> Known:
    session = database()
    return known_of(session, bilans(session, person.id, MOST_BILANS), queries.changes_of(session, person.id))


def _index(person: Person) -> str:
    return url_for("obstacles.index", person_id=person.id)


def _page(person: Person, form: Form, known: History | None = None) -> Response:
    return render(
        "obstacles/form.html",
        status=422 if form.errors else 200,
        person=person,
        form=form,
        line=line_of(known) if known else None,
        moments=moments_of(known) if known else [],
        version=actions.key_of(known) if known else None,
        back_url=_index(person),
    )


def _conflict(person: Person, form: Form, known: History) -> StateConflict:
    """What was typed, and what a colleague noted meanwhile."""
    current = [
        (_("How much does it hinder?"), known.last.words),
        (_("Since when?"), exact_day(known.last.day)),
        (_("In a few words"), known.last.note or ""),
    ]
    return state_conflict(form, current, _index(person))
