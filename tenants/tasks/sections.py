"""The tasks on the file of a person, as rows of what comes next."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.database import ScopedSession
from clais.web.formatting import beside_row_day, row_day
from tenants.file.queries import newest
from tenants.people.models import Person
from tenants.tasks.presentation import state_of
from tenants.tasks.queries import ON_FILES


def tasks_on_file(session: ScopedSession, person: Person, actor: Actor) -> Mapping[str, Any] | None:
    """What is to be done for a person, the first day first; None without anything."""
    found = sorted(
        (task for task in newest(session, person.id, actor)["own_tasks"] if task.done_at is None),
        key=lambda task: (task.due_on, task.created_at),
    )
    if not found:
        return None
    return {
        "first_on": found[0].due_on,
        "rows": [(task, row_day(task.due_on), beside_row_day(task.due_on), *state_of(task.due_on)) for task in found],
        "may_write": actor.may(ON_FILES),
    }
