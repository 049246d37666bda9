"""What someone is told whose scheme, session or operator was saved by a colleague first."""

from typing import Any

from flask import request, url_for

from clais.exchange.publications.models import Scheme, SchemeSession
from clais.forms.answers import all_answers
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import database, get_or_404
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import last_change
from support_center.catalogue.forms import Row, field_values, schema_of
from support_center.catalogue.schemas import SessionSchema
from support_center.catalogue.workflow import SCHEME


def save(form: Form, row: Row, write: Any) -> None:
    """Write unless someone saved another version since the form was drawn. Raises StaleEdit with both versions."""
    key = row.id
    if form.version != str(row.version):
        raise _version_conflict(form, row)
    with optimistic_write(lambda: _version_conflict(form, get_or_404(type(row), key))):
        write()


def _version_conflict(form: Form, row: Row) -> StaleEdit:
    values = field_values(schema_of(database(), row), row)
    return stale_edit(form, values, request.path, saved_by(row.updated_at, row.id))


def session_conflict(row: SchemeSession) -> StateConflict:
    """What a session says now, for whoever ended the registrations of another version of it."""
    standing = all_answers(Form(SessionSchema(), field_values(SessionSchema(), row)))
    reload_url = url_for("catalogue.show", scheme_id=row.scheme_id)
    return StateConflict([], standing, reload_url, saved_by(row.updated_at, row.id))


def moved(scheme: Scheme) -> StateConflict:
    """A scheme that is in another state than the page said."""
    by = state_changed_by(last_change(database(), scheme.id))
    reload_url = url_for("catalogue.show", scheme_id=scheme.id)
    return state_conflict(None, [("", _(SCHEME.states[scheme.state]))], reload_url, by)
