"""The conflict when a file changed stage before a form was saved."""

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StateConflict
from clais.workflow import last_change
from tenants.people.models import Person
from tenants.people.workflow import STAGE


def file_conflict(form: Form, person: Person, reload_url: str) -> StateConflict:
    """What was typed, and the present stage of the file."""
    current = [(_("Stage"), _(STAGE.states[person.stage]))]
    return state_conflict(form, current, reload_url, state_changed_by(last_change(database(), person.id)))
