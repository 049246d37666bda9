"""A task of one's own: noted, put to another day, done, done again, taken away."""

from datetime import date

from sqlalchemy import delete, select

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from tenants.people.actions import lock_open_file
from tenants.people.models import Person
from tenants.tasks.models import OwnTask
from tenants.tasks.queries import STILL_SHOWN


def add_task(session: ScopedSession, actor: Actor, person: Person | None, *, text: str, due_on: date) -> OwnTask:
    """Note a task, on a file or not. On one that the author follows it is its referent's from then on, whoever that
    becomes; on another one it stays theirs. Raises Refused('closed_file').
    """
    if person is not None:
        lock_open_file(session, person)
    follows = person is not None and person.referent_id == actor.membership_id
    task = OwnTask(
        person_id=person.id if person else None,
        membership_id=None if follows else actor.membership_id,
        user_id=actor.user_id,
        author_name=actor.display_name,
        text=text,
        due_on=due_on,
    )
    session.add(task)
    session.flush()
    _record(session, task, "add")
    return task


def change_task(session: ScopedSession, task: OwnTask, *, text: str, due_on: date) -> None:
    """Say it otherwise, or put it to another day."""
    task.text, task.due_on = text, due_on
    session.flush()
    _record(session, task, "change")


def finish_task(session: ScopedSession, actor: Actor, task: OwnTask) -> bool:
    """Note that it is done. False when it was already."""
    if not _lock(session, task) or task.done_at is not None:
        return False
    task.done_at, task.done_by_id, task.done_by = now(), actor.membership_id, actor.display_name
    session.flush()
    _record(session, task, "finish")
    _forget_done(session, actor)
    return True


def _forget_done(session: ScopedSession, actor: Actor) -> None:
    """Delete the actor's tasks without a file that no list shows any more."""
    session.execute(
        delete(OwnTask).where(
            OwnTask.tenant_id == session.scope.tenant_id,
            OwnTask.membership_id == actor.membership_id,
            OwnTask.person_id.is_(None),
            OwnTask.done_at < now() - STILL_SHOWN,
        )
    )


def reopen_task(session: ScopedSession, task: OwnTask) -> bool:
    """It is to be done after all. False when it was already to be done."""
    if not _lock(session, task) or task.done_at is None:
        return False
    task.done_at = task.done_by_id = task.done_by = None
    session.flush()
    _record(session, task, "reopen")
    return True


def drop_task(session: ScopedSession, task: OwnTask) -> None:
    """Take a task away: it is not wanted any more."""
    if _lock(session, task):
        _record(session, task, "drop")
        session.delete(task)
        session.flush()


def _lock(session: ScopedSession, task: OwnTask) -> OwnTask | None:
    """The row as it stands now, so that of two clicks at once the second finds what the first one did."""
    row = select(OwnTask).where(OwnTask.tenant_id == session.scope.tenant_id, OwnTask.id == task.id)
    return session.scalars(row.with_for_update().execution_options(populate_existing=True)).one_or_none()


def _record(session: ScopedSession, task: OwnTask, step: str) -> None:
    """Put on record what is done on a file. A task without one is on no record: it is its author's alone."""
    if task.person_id is not None:
        record(session, f"task.{step}", "own_task", task.id, person_id=task.person_id)
