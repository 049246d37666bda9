"""On someone's day: what they wanted to do by now, or this week."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import Row

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.feature.day import LATE, MOST, SOON, TODAY, Waiting, Words
from clais.services import services
from clais.translation import gettext as _
from clais.web.formatting import near_day
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url
from tenants.tasks import actions
from tenants.tasks.models import OwnTask
from tenants.tasks.presentation import state_of
from tenants.tasks.queries import tasks_of
from tenants.tasks.urls import DAY

NOTICE = timedelta(days=7)


def tasks(session: ScopedSession, actor: Actor) -> Iterator[Waiting]:
    """The tasks of a member that are late, of today and of this week."""
    for row in tasks_of(session, actor, services().permissions, today() + NOTICE, MOST):
        yield Waiting(
            LATE + 1 if row.due_on < today() else TODAY if row.due_on == today() else SOON,
            name_in_row(session, row) if row.person_id else row.text,
            partial(_words, row),
            row.due_on,
            subject=str(row.id),
            icon="check2-square",
            person_id=row.person_id,
        )


def _words(row: Row[*tuple[Any, ...]]) -> Words:
    tag, kind = state_of(row.due_on)
    why = row.text if row.person_id else _("A task of your own, for %(day)s.", day=near_day(row.due_on, weekday=True))
    return Words(
        why,
        _("Mark as done"),
        url_for("tasks.finish", own_task_id=row.id, place=DAY),
        tag,
        kind,
        file_url(row.person_id) if row.person_id else url_for("tasks.edit", own_task_id=row.id),
        by_post=True,
    )


def put_off(session: ScopedSession, actor: Actor, subject: str, until: date) -> None:
    """A task that is put off is put to that day, and not hidden until then."""
    task = session.get_one(OwnTask, (actor.tenant_id, UUID(subject)))
    actions.change_task(session, task, text=task.text, due_on=until)
