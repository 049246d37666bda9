"""What someone is told whose answers come too late."""

from collections.abc import Mapping
from typing import Any

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import last_change
from tenants.questionnaires.models import InstrumentFilling
from tenants.questionnaires.urls import filling_url
from tenants.questionnaires.workflow import FILLING


def answered_meanwhile(form: Form, filling: InstrumentFilling, stored: Mapping[str, Any]) -> StaleEdit:
    """What was typed, and what someone else answered since the page was read."""
    return stale_edit(form, stored, filling_url(filling), saved_by(filling.updated_at, filling.id))


def state_moved(form: Form | None, filling: InstrumentFilling) -> StateConflict:
    """What was typed, and where the filling stands now."""
    by = state_changed_by(last_change(database(), filling.id))
    return state_conflict(form, [(_("Questionnaire"), _(FILLING.states[filling.state]))], filling_url(filling), by)
