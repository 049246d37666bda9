"""Where a file stands now, for whoever wrote something for where it stood before."""

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import state_changed_by, state_conflict
from clais.web.context import database
from clais.web.errors import StateConflict
from clais.workflow import last_change
from tenants.people.models import Person
from tenants.people.workflow import STAGE


def file_moved(form: Form, person: Person, reload_url: str) -> StateConflict:
    """The file was closed, or taken to another stage."""
    standing = [(_("Stage"), _(STAGE.states[person.stage]))]
    return state_conflict(form, standing, reload_url, state_changed_by(last_change(database(), person.id)))
