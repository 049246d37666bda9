"""What an author is told who comes too late."""

from collections.abc import Mapping
from typing import Any

from flask import request, url_for

from clais.exchange.publications.models import InstrumentVersion
from clais.forms.form import Form
from clais.instruments.rules.definition import Definition
from clais.web.conflicts import saved_by, stale_edit, state_changed_by, state_conflict
from clais.web.context import actor, database
from clais.web.errors import StateConflict
from clais.workflow import Refused, last_change
from support_center.instruments.actions.drafts import Change, change_draft
from support_center.instruments.lookups import Opened
from support_center.instruments.presentation import state_text


def refuse_stale(form: Form, mark: str, standing: Mapping[str, Any]) -> None:
    """Refuse a form whose part was saved since it was drawn: `mark` is that of the part. Raises StaleEdit with both."""
    if form.version != mark:
        raise stale_edit(form, standing, request.path)


def too_late(form: Form | None, version: InstrumentVersion, reload_url: str) -> StateConflict:
    """A version that is in another state than the page said."""
    standing = [("", state_text(version))]
    by = state_changed_by(last_change(database(), version.id)) or saved_by(version.updated_at, version.id)
    return state_conflict(form, standing, reload_url, by)


def need_draft(opened: Opened, form: Form | None = None) -> None:
    """Refuse what can only be done to a draft. Raises StateConflict."""
    if not opened.is_draft:
        raise too_late(form, opened.version, _address(opened))


def changed(opened: Opened, form: Form | None, change: Change, part: str = "") -> Definition:
    """Change a draft. Raises StateConflict when it is no draft any more, or has not the part that is changed.

    `change` may raise Refused for a reason of its own, which is passed on.
    """
    try:
        return change_draft(database(), actor(), opened.version, change, part)
    except Refused as refused:
        if refused.code != "wrong_state":
            raise
        raise too_late(form, opened.version, _address(opened)) from refused
    except KeyError as gone:
        raise too_late(form, opened.version, _address(opened)) from gone


def _address(opened: Opened) -> str:
    return url_for("instruments.show", version_id=opened.version.id)
