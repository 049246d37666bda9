"""What someone is told whose conditions were changed by a colleague first."""

from uuid import UUID

from flask import request, url_for

from clais.exchange.publications.models import Scheme
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import saved_by, state_conflict
from clais.web.context import database
from clais.web.errors import StateConflict
from support_center.eligibility.queries import Conditions, conditions_of


def draft_conflict(form: Form | None, scheme_id: UUID) -> StateConflict:
    """The conditions as they stand now, beside what was typed."""
    database().rollback()
    conditions = conditions_of(database(), scheme_id)
    standing = [(str(place), rule.sentence) for place, rule in enumerate(conditions.rules, 1)]
    by = saved_by(conditions.draft.updated_at, scheme_id) if conditions.draft else None
    if not standing:
        standing = [(_("Conditions"), _("none"))]
    return state_conflict(form, standing, url_for("eligibility_desk.index", scheme_id=scheme_id), by)


def version_read(scheme: Scheme, conditions: Conditions) -> str:
    """The version that a button was drawn beside. Raises StateConflict when it is not the one that stands: what the
    button was about may be gone.
    """
    read = request.form.get("_version", "")
    if read != conditions.read:
        raise draft_conflict(None, scheme.id)
    return read
