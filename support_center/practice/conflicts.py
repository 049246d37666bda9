"""What someone is told whose card or document was saved, or moved, by a colleague first."""

from collections.abc import Callable

from flask import request

from clais.exchange.practice.models import PracticeCard, PracticeDocument
from clais.forms.form import Form
from clais.forms.schemas import Schema
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import database, get_or_404
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import last_change
from support_center.practice.forms import field_values
from support_center.practice.workflow import CARD


def save(form: Form, schema: Schema, row: PracticeCard | PracticeDocument, write: Callable[[], object]) -> None:
    """Write unless someone saved another version since the form was drawn. Raises StaleEdit with both versions."""
    key = row.id
    if form.version != str(row.version):
        raise _version_conflict(form, schema, row)
    with optimistic_write(lambda: _version_conflict(form, schema, get_or_404(type(row), key))):
        write()


def _version_conflict(form: Form, schema: Schema, row: PracticeCard | PracticeDocument) -> StaleEdit:
    return stale_edit(form, field_values(schema, row), request.path, saved_by(row.updated_at, row.id))


def moved(card: PracticeCard, reload_url: str) -> StateConflict:
    """A card that is in another state than the page said."""
    by = state_changed_by(last_change(database(), card.id))
    return state_conflict(None, [("", _(CARD.states[card.state]))], reload_url, by)
