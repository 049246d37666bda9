"""Concurrent edits: shows both versions of a stale edit, or the current state of a subject that changed state.

if form.version != str(note.version):
    raise _too_late(form, note)
with optimistic_write(lambda: _too_late(form, get_or_404(Note, note_id))):
    actions.rewrite_note(…)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy.orm.exc import StaleDataError

from clais.audit.queries import author_at
from clais.forms.answers import differing_answers, given_answers
from clais.forms.form import Form
from clais.web.context import database
from clais.web.errors import Change, Pairs, StaleEdit, StateConflict
from clais.workflow import StateChange

NO_VERSION = "none"
"""The version of a row that did not exist when the page was rendered."""
MAXIMUM_VERSION_DIGITS = 9
"""More digits would not fit in the column."""


def stale_edit(form: Form, stored: Mapping[str, Any], reload_url: str, by: Change | None = None) -> StaleEdit:
    """The conflict between a form and a newer version: `stored` holds values as they are given to a new `Form`."""
    yours, theirs = differing_answers(form, stored)
    return StaleEdit(yours, theirs, reload_url, by)


def state_conflict(form: Form | None, current: Pairs, reload_url: str, by: Change | None = None) -> StateConflict:
    """The conflict between a form and a subject whose state has changed: `current` describes the current state."""
    return StateConflict(given_answers(form) if form else [], current, reload_url, by)


def saved_by(moment: datetime, *keys: UUID) -> Change | None:
    """Who wrote a row with one of `keys` at `moment`, according to the audit trail; None when it is unknown."""
    found = author_at(database(), moment, keys)
    return Change(found.actor_name, found.happened_at) if found else None


def state_changed_by(change: StateChange | None) -> Change | None:
    """The author and moment of a change of state."""
    return Change(change.actor_name, change.happened_at) if change else None


def version_read(form: Form) -> int:
    """The version of the row that the form was rendered from. Answers 400 when it is missing or invalid."""
    text = form.version or ""
    if not (text.isascii() and text.isdecimal() and len(text) <= MAXIMUM_VERSION_DIGITS):
        abort(400)
    return int(text)


def key_read(form: Form) -> str:
    """The key of what the form was rendered beside, or that there was nothing. Answers 400 when it is missing."""
    if not form.version:
        abort(400)
    return form.version


def version_of(row: Any) -> str:
    """The key and version of a row, for a form whose row may be replaced by another one."""
    return f"{row.id.hex}-{row.version}" if row is not None else NO_VERSION


@contextmanager
def optimistic_write(on_conflict: Callable[[], StaleEdit | StateConflict]) -> Iterator[None]:
    """Flush the writes of the block; when another transaction has changed the row, raise the result of `on_conflict`.

    `on_conflict` is called after the roll-back, in a new transaction, so it reads the present row.
    """
    try:
        yield
        database().flush()
    except StaleDataError as error:
        database().rollback()
        raise on_conflict() from error
