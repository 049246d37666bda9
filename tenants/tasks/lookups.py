"""The task that an address names, with its person, or 404."""

from uuid import UUID

from flask import abort

from clais.audit.actions import record_reading
from clais.web.context import actor, database, get_or_404
from tenants.people.models import Person
from tenants.tasks.models import OwnTask
from tenants.tasks.queries import ON_FILES


def is_author(task: OwnTask) -> bool:
    """Whether the actor noted a task."""
    return task.user_id == actor().user_id


def task_of_page(own_task_id: UUID) -> tuple[OwnTask, Person | None]:
    """A task and the person whom it is about. One on a file is there for who works on files; row security closes one
    without a file to all but its author.
    """
    task = get_or_404(OwnTask, own_task_id)
    if task.person_id is None:
        return task, None
    if not actor().may(ON_FILES):
        abort(404)
    person = get_or_404(Person, task.person_id)
    record_reading(database(), person.id)
    return task, person
