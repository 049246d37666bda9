"""What is answered when a file changed stage before a form was saved, or is closed and takes nothing new."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort

from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import state_changed_by, state_conflict
from clais.web.context import actor, database
from clais.web.errors import StateConflict
from clais.web.rendering import render
from clais.workflow import Refused, last_change
from tenants.people.models import Person
from tenants.people.urls import home_of
from tenants.people.workflow import EXIT_REASONS, OPEN_STAGES, STAGE


def file_conflict(form: Form, person: Person, reload_url: str) -> StateConflict:
    """What was typed, and the present stage of the file."""
    current = [(_("Stage"), _(STAGE.states[person.stage]))]
    return state_conflict(form, current, reload_url, state_changed_by(last_change(database(), person.id)))


def stage_conflict(person: Person, form: Form, wanted: str) -> StateConflict:
    """The conflict when the file is at another stage: the requested transition, and the present stage."""
    conflict = file_conflict(form, person, home_of(person))
    conflict.yours.insert(0, (_("Stage"), _(STAGE.label_of(wanted) or wanted)))
    return conflict


@contextmanager
def conflict_if_closed(form: Form, person: Person) -> Iterator[None]:
    """Run a write that needs an open file. Raises StateConflict, with what was typed, when the file was closed."""
    try:
        yield
    except Refused as refused:
        if refused.code != "closed_file":
            raise
        raise file_conflict(form, person, home_of(person)) from refused


def may_reopen(person: Person) -> bool:
    """Whether the file is closed, and the actor may reopen it."""
    return "reopen" in STAGE.buttons(person, actor().permissions)


def require_open(person: Person) -> None:
    """Answer with a page that says that the file is closed, and offers to reopen it, when it takes nothing new."""
    if person.stage in OPEN_STAGES:
        return
    last = last_change(database(), person.id)
    reason = _(EXIT_REASONS[last.reason]) if last and last.reason in EXIT_REASONS else ""
    page = render(
        "people/closed.html",
        status=409,
        person=person,
        reason=reason,
        reopen=STAGE.buttons(person, actor().permissions).get("reopen"),
        back_url=home_of(person),
    )
    abort(page)
