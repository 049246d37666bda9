"""Tasks of one's own: noted, put to another day, done with one click and set back with another."""

from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from flask import Response, abort, flash, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from clais.audit.actions import record_reading
from clais.clock import today
from clais.dates import working_days_after
from clais.feature.pages import Pages
from clais.forms.form import Form
from clais.services import services
from clais.translation import gettext as _
from clais.web.conflicts import optimistic_write, saved_by, stale_edit
from clais.web.context import actor, database, get_or_404
from clais.web.errors import StaleEdit
from clais.web.formatting import near_day
from clais.web.rendering import form_page, redirect_after_post, render
from clais.web.undoing import flash_with_undo
from tenants.people.conflicts import conflict_if_closed, require_open
from tenants.people.models import Person
from tenants.people.urls import file_url
from tenants.tasks import actions, queries
from tenants.tasks.lookups import is_author, task_of_page
from tenants.tasks.models import OwnTask
from tenants.tasks.presentation import lines
from tenants.tasks.queries import ON_FILES
from tenants.tasks.schemas import TaskSchema
from tenants.tasks.urls import PLACES, place_url

pages = Pages()
WRITE = "task.write"
MOST = 200
PLACE = "<any({}):place>".format(", ".join(PLACES))


@pages.page("/taches", WRITE)
def index() -> Response:
    """The tasks of a member by day, the late ones first, and what they did lately."""
    session, who = database(), actor()
    found = lines(session, queries.tasks_of(session, who, services().permissions, date.max, MOST))
    return render(
        "tasks/index.html",
        parts=[(part, list(rows)) for part, rows in groupby(found, key=lambda line: line.part)],
        done=lines(session, queries.done_lately(session, who, MOST)),
    )


@pages.form("/taches/nouvelle", WRITE)
def new() -> AnyResponse:
    """Note a task that is about no file."""
    form = _form()
    if request.method == "GET" or not form.validate():
        lead = _("You alone read it. A task about a person is noted on their file.")
        return form_page(form, _("Add a task"), url_for("day.my_day"), submit=_("Add the task"), lead=lead)
    _noted(actions.add_task(database(), actor(), None, **form.data))
    return redirect_after_post(url_for("day.my_day"))


@pages.form("/personnes/<uuid:person_id>/taches/nouvelle", ON_FILES)
def new_on_file(person_id: UUID) -> AnyResponse:
    """Note a task about a person."""
    person = _person(person_id)
    if request.method == "GET":
        require_open(person)
    form = _form()
    if request.method == "GET" or not form.validate():
        lead = _("%(name)s · your colleagues read it, and it goes on with the file.", name=person.full_name)
        return form_page(form, _("Add a task"), file_url(person.id), submit=_("Add the task"), lead=lead)
    with conflict_if_closed(form, person):
        task = actions.add_task(database(), actor(), person, **form.data)
    _noted(task)
    return redirect_after_post(file_url(person.id))


@pages.form("/taches/<uuid:own_task_id>", WRITE)
def edit(own_task_id: UUID) -> AnyResponse:
    """Say it otherwise, or put it to another day."""
    task, person = task_of_page(own_task_id)
    if request.method == "GET":
        return _edit_page(task, person, Form(TaskSchema(), _values(task)))
    form = Form.from_request(TaskSchema(), request.form)
    if not form.validate():
        return _edit_page(task, person, form, status=422)
    if form.version != str(task.version):
        raise _too_late(form, task)
    with optimistic_write(lambda: _too_late(form, get_or_404(OwnTask, own_task_id))):
        actions.change_task(database(), task, **form.data)
    _noted(task)
    return redirect_after_post(_home(task))


@pages.button(f"/taches/<uuid:own_task_id>/fait/{PLACE}", WRITE)
def finish(own_task_id: UUID, place: str) -> AnyResponse:
    """It is done: one click, and another one sets it back."""
    task, _person = task_of_page(own_task_id)
    actions.finish_task(database(), actor(), task)
    undo_url = url_for("tasks.reopen", own_task_id=task.id, place=place)
    flash_with_undo(_("Done: %(text)s", text=task.text), undo_url)
    return redirect_after_post(place_url(place, task))


@pages.button(f"/taches/<uuid:own_task_id>/retour/{PLACE}", WRITE)
def reopen(own_task_id: UUID, place: str) -> AnyResponse:
    """It is to be done after all."""
    task, _person = task_of_page(own_task_id)
    actions.reopen_task(database(), task)
    flash(_("To do again: %(text)s", text=task.text), "done")
    return redirect_after_post(place_url(place, task))


@pages.button("/taches/<uuid:own_task_id>/retrait", WRITE)
def drop(own_task_id: UUID) -> AnyResponse:
    """Take a task away that one noted: who goes on with a colleague's says that it is done."""
    task, _person = task_of_page(own_task_id)
    if not is_author(task):
        abort(403)
    actions.drop_task(database(), task)
    flash(_("The task is taken away."), "done")
    return redirect_after_post(_home(task))


def _person(person_id: UUID) -> Person:
    person = get_or_404(Person, person_id)
    record_reading(database(), person.id)
    return person


def _form() -> Form:
    if request.method == "GET":
        return Form(TaskSchema(), {"due_on": working_days_after(today(), 1)})
    return Form.from_request(TaskSchema(), request.form)


def _noted(task: OwnTask) -> None:
    flash(_("The task is noted for %(day)s.", day=near_day(task.due_on, weekday=True)), "done")


def _home(task: OwnTask) -> str:
    return file_url(task.person_id) if task.person_id else url_for("tasks.index")


def _values(task: OwnTask) -> dict[str, Any]:
    return {"text": task.text, "due_on": task.due_on}


def _too_late(form: Form, task: OwnTask) -> StaleEdit:
    reload_url = url_for("tasks.edit", own_task_id=task.id)
    return stale_edit(form, _values(task), reload_url, saved_by(task.updated_at, task.id))


def _edit_page(task: OwnTask, person: Person | None, form: Form, *, status: int = 200) -> Response:
    return render(
        "tasks/edit.html",
        status=status,
        task=task,
        about=person,
        form=form,
        may_drop=is_author(task),
        back_url=_home(task),
    )
