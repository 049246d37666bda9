"""The rows that a URL names, or 404."""

from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.web.context import database, get_or_404
from tenants.orientation import queries
from tenants.orientation.models import ActionPlan
from tenants.people.models import Person


def person_of_page(person_id: UUID) -> Person:
    """The person of the page. The reading of the file is recorded, whatever the request."""
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


def plan_of(person: Person) -> ActionPlan:
    """The open plan of a person; 404 when they have none."""
    plan = queries.current_plan(database(), person.id)
    if plan is None:
        abort(404)
    return plan
