"""What someone is told whose answers come too late."""

from collections.abc import Mapping
from typing import Any

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import last_change
from tenants.self_assessments.models import SelfAssessment
from tenants.self_assessments.urls import assessment_url
from tenants.self_assessments.workflow import SELF_ASSESSMENT


def answered_meanwhile(form: Form, assessment: SelfAssessment, stored: Mapping[str, Any]) -> StaleEdit:
    """What was typed, and what a colleague answered since the page was read."""
    return stale_edit(form, stored, assessment_url(assessment), saved_by(assessment.updated_at, assessment.id))


def state_moved(form: Form | None, assessment: SelfAssessment) -> StateConflict:
    """What was typed, and where the self-assessment stands now."""
    by = None if assessment.is_own else state_changed_by(last_change(database(), assessment.id))
    facts = [(assessment.name, _(SELF_ASSESSMENT.states[assessment.state]))]
    return state_conflict(form, facts, assessment_url(assessment), by)
