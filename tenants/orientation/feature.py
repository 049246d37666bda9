"""What every page of this feature starts from: the person of the address, the refusals in words."""

from uuid import UUID

from flask import abort, flash, url_for

from clais.audit.actions import record_reading
from clais.web.context import database, get_or_404
from clais.web.routing import Feature
from clais.words import N_
from clais.words import gettext as _
from tenants.orientation import queries
from tenants.orientation.models import ActionPlan
from tenants.people.models import Person

orientation = Feature("orientation", __name__)

REFUSALS = {
    "closed_file": N_("This file is closed: reopen it first."),
    "closed_plan": N_("This plan is closed: start another one."),
    "made_today": N_("A bilan was already made today: it is shown here, correct it."),
    "too_late": N_("This bilan was made another day: make a new one, so that what moved shows."),
    "too_many": N_("Five wishes are enough: remove one first."),
    "already_wished": N_("This occupation is already on the list."),
    "has_steps": N_("This objective has steps: drop them instead."),
    "wrong_state": N_("A colleague did this meanwhile."),
    "not_permitted": N_("Your role does not allow this."),
}


def person_of_page(person_id: UUID) -> Person:
    """The person whose file is opened; what the answer shows of it, to whatever request, is put on record."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


def file_url(person_id: UUID, anchor: str | None = None) -> str:
    """The file of a person, at one of its parts."""
    return url_for("people.show", person_id=person_id, _anchor=anchor)


def plan_of(person: Person) -> ActionPlan:
    """The open plan of a person; 404 when they have none."""
    plan = queries.current_plan(database(), person.id)
    if plan is None:
        abort(404)
    return plan


def refusal(code: str) -> str:
    """Why an act was refused, in words."""
    return _(REFUSALS.get(code, REFUSALS["wrong_state"]))


def say(text: str, kind: str = "done") -> None:
    """Leave a message for the page that follows."""
    flash(text, kind)
