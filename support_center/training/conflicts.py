"""What someone is told whose course, session or list of presence was saved by a colleague first."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import request, url_for
from sqlalchemy.orm.exc import StaleDataError

from clais.exchange.training.models import Course, CourseRun
from clais.exchange.training.presentation import run_tag
from clais.forms.form import Form
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit, state_conflict
from clais.web.context import database
from clais.web.errors import StaleEdit, StateConflict
from clais.workflow import Refused
from support_center.training.forms import course_values, form_of_course, run_values
from support_center.training.lookups import own_course, own_run


def save_course(form: Form, course: Course, write: Callable[[], Any]) -> None:
    """Write unless someone saved another version. Raises StaleEdit with both versions."""
    key = course.id
    if form.version != str(course.version):
        raise _course_conflict(form, key)
    with optimistic_write(lambda: _course_conflict(form, key)):
        write()


def _course_conflict(form: Form, key: UUID) -> StaleEdit:
    course = own_course(key)
    stored = course_values(form_of_course(database(), course), course)
    return stale_edit(form, stored, request.path, saved_by(course.updated_at, course.id))


def save_run(form: Form, run: CourseRun, write: Callable[[], Any]) -> None:
    """Write unless someone saved another version. Raises StaleEdit with both versions."""
    key = run.id
    if form.version != str(run.version):
        raise _run_conflict(form, key)
    with optimistic_write(lambda: _run_conflict(form, key)):
        write()


def _run_conflict(form: Form, key: UUID) -> StaleEdit:
    run = own_run(key).run
    return stale_edit(form, run_values(run), request.path, saved_by(run.updated_at, run.id))


def move(key: UUID, form: Form | None, write: Callable[[], Any]) -> Any:
    """Take a session a step further, or say where it stands when it moved meanwhile."""
    try:
        return write()
    except (Refused, StaleDataError) as error:
        database().rollback()
        raise run_state(key, form) from error


def run_state(key: UUID, form: Form | None) -> StateConflict:
    """Where a session stands now."""
    run = own_run(key).run
    facts = [(_("State"), run_tag(run)[0])]
    reload_url = url_for("training.run", course_run_id=key)
    return state_conflict(form, facts, reload_url, saved_by(run.updated_at, run.id))
