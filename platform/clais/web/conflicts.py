"""Two people at once: both versions of an edit that came too late, or where something stands that moved on meanwhile.

if form.version != str(note.version):
    raise _too_late(form, note)
with saved_alone(lambda: _too_late(form, get_or_404(Note, note_id))):
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
from clais.forms.answers import two_versions, written
from clais.forms.form import Form
from clais.web.context import database
from clais.web.errors import Change, MovedOn, Pairs, StaleEdit
from clais.workflow import StateChange

NOTHING = "none"
"""The version of what did not exist yet when the page was drawn."""
LONGEST_VERSION = 9
"""Digits: more would not be a version but a number that the column cannot hold."""


def stale_edit(form: Form, stored: Mapping[str, Any], reload_url: str, by: Change | None = None) -> StaleEdit:
    """The conflict of a form with what someone saved meanwhile: `stored` holds values as the blank form shows them."""
    yours, theirs = two_versions(form, stored)
    return StaleEdit(yours, theirs, reload_url, by)


def moved_on(form: Form | None, standing: Pairs, reload_url: str, by: Change | None = None) -> MovedOn:
    """The conflict of a form with something that does not stand where its page showed it: `standing` says where."""
    return MovedOn(written(form) if form else [], standing, reload_url, by)


def saved_by(moment: datetime, *keys: UUID) -> Change | None:
    """Who wrote at `moment` what has one of these keys, when the record says so."""
    found = author_at(database(), moment, keys)
    return Change(found.actor_name, found.happened_at) if found else None


def moved_by(change: StateChange | None) -> Change | None:
    """Who took a step, and when."""
    return Change(change.actor_name, change.happened_at) if change else None


def version_read(form: Form) -> int:
    """The version that a form was drawn from. Answers 400 when it carries none that a row can have."""
    text = form.version or ""
    if not (text.isascii() and text.isdecimal() and len(text) <= LONGEST_VERSION):
        abort(400)
    return int(text)


def version_of(row: Any) -> str:
    """What a form carries of a row that it may find replaced by another: its key with its version."""
    return f"{row.id.hex}-{row.version}" if row is not None else NOTHING


@contextmanager
def saved_alone(too_late: Callable[[], StaleEdit]) -> Iterator[None]:
    """Do a write to its last statement; raise what `too_late` makes when someone saved the same row in that moment.

    It is called after the roll-back, in a new transaction: it reads what is stored now.
    """
    try:
        yield
        database().flush()
    except StaleDataError as error:
        database().rollback()
        raise too_late() from error
