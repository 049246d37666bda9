"""What someone is told whose answer to a document comes too late."""

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StateConflict
from clais.workflow import last_change
from tenants.documents.models import Paper
from tenants.documents.urls import paper_url
from tenants.documents.workflow import PAPER


def state_moved(form: Form | None, paper: Paper) -> StateConflict:
    """What was typed, and where the document stands now."""
    by = state_changed_by(last_change(database(), paper.id))
    return state_conflict(form, [(_("Document"), _(PAPER.states[paper.state]))], paper_url(paper), by)
