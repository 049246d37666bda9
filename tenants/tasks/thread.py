"""Tasks on the thread of a file."""

from collections.abc import Iterator
from typing import Any

from flask import url_for

from clais.actor import Actor
from clais.feature.file import Entry
from clais.translation import gettext as _
from clais.web.formatting import exact_day
from tenants.tasks.presentation import state_of
from tenants.tasks.queries import ON_FILES


def task_entry(task: Any, actor: Actor) -> Iterator[Entry]:
    """A task when it was noted, and when it was done."""
    tag, kind = state_of(task.due_on) if task.done_at is None else (_("done"), "done")
    yield Entry(
        task.created_at,
        "task",
        _("Task for %(day)s", day=exact_day(task.due_on)),
        task.text,
        tag=tag,
        tag_kind=kind,
        url=url_for("tasks.edit", own_task_id=task.id) if task.done_at is None and actor.may(ON_FILES) else None,
        by=task.author_name,
        icon="check2-square",
    )
    if task.done_at is not None:
        yield Entry(task.done_at, "task", _("Task done"), task.text, by=task.done_by or "", icon="check2-circle")
