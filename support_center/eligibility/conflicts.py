"""What someone is told whose conditions were changed by a colleague first."""

from uuid import UUID

from flask import url_for

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, state_conflict
from clais.web.context import database
from clais.web.errors import StateConflict
from support_center.eligibility.queries import conditions_of


def draft_conflict(form: Form | None, scheme_id: UUID) -> StateConflict:
    """The conditions as they stand now, beside what was typed."""
    database().rollback()
    conditions = conditions_of(database(), scheme_id)
    standing = [(str(place), rule.sentence) for place, rule in enumerate(conditions.rules, 1)]
    by = saved_by(conditions.draft.updated_at, scheme_id) if conditions.draft else None
    if not standing:
        standing = [(_("Conditions"), _("none"))]
    return state_conflict(form, standing, url_for("eligibility_desk.index", scheme_id=scheme_id), by)
