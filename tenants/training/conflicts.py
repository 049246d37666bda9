"""What someone is told whose registration was moved by a colleague first."""

from uuid import UUID

from flask import url_for

from clais.exchange.training.workflow import REGISTRATION
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StateConflict
from clais.workflow import last_change
from tenants.training.lookups import registration_here


def registration_conflict(registration_id: UUID, form: Form | None) -> StateConflict:
    """Where a registration stands now."""
    database().rollback()
    registration = registration_here(registration_id)
    facts = [(_("State"), _(REGISTRATION.states[registration.state]))]
    by = state_changed_by(last_change(database(), registration.id))
    return state_conflict(form, facts, url_for("registrations.index"), by)
