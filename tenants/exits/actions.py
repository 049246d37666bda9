"""Closing a file with its result, and the news that are asked for afterwards."""

from datetime import date

from sqlalchemy import Select, select

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.workflow import Refused
from tenants.exits.models import ExitCheck, PersonExit
from tenants.exits.rules.delays import days_of_checks
from tenants.exits.workflow import CHECK
from tenants.people.actions import lock_file, move
from tenants.people.models import Person


def close_file(
    session: ScopedSession, person: Person, actor: Actor, *, reason: str, result: str, comment: str | None = None
) -> PersonExit:
    """Close a file: the exit with its result, and the days on which news are asked for. Raises Refused."""
    move(session, actor, person, "close", reason=reason, comment=comment)
    for earlier in session.scalars(_planned(session, person)):
        CHECK.apply(session, earlier, "drop", actor)
    left = PersonExit(person_id=person.id, noted_by=actor.display_name, reason=reason, result=result, left_on=today())
    session.add(left)
    session.flush()
    session.add_all(
        ExitCheck(exit_id=left.id, person_id=person.id, months=months, due_on=day)
        for months, day in days_of_checks(session, left.left_on).items()
    )
    session.flush()
    return left


def _planned(session: ScopedSession, person: Person) -> Select[ExitCheck]:
    return select(ExitCheck).where(
        ExitCheck.tenant_id == session.scope.tenant_id,
        ExitCheck.person_id == person.id,
        ExitCheck.state == "planned",
    )


def note_news(
    session: ScopedSession,
    person: Person,
    check: ExitCheck,
    actor: Actor,
    *,
    reached: bool,
    asked_on: date,
    result: str | None = None,
    comment: str | None = None,
) -> None:
    """Note what became of someone who left, or that they were not reached.

    Raises Refused: `reopened` when the file is open again, `before_exit`; ValueError for a result of nobody reached.
    """
    if reached is not bool(result):
        raise ValueError("who was reached has a result, and nobody else")
    if lock_file(session, person).stage != "closed":
        raise Refused("reopened")
    if asked_on < session.get_one(PersonExit, (check.tenant_id, check.exit_id)).left_on:
        raise Refused("before_exit")
    CHECK.apply(session, check, "reach" if reached else "miss", actor)
    check.asked_on, check.asked_by, check.result, check.comment = asked_on, actor.display_name, result, comment
    session.flush()
    record(session, "exit_check.note", "exit_check", check.id, person_id=person.id)


def take_news_back(session: ScopedSession, person: Person, check: ExitCheck, actor: Actor) -> None:
    """Ask again: what was noted goes. Raises Refused, also `reopened`."""
    if lock_file(session, person).stage != "closed":
        raise Refused("reopened")
    CHECK.apply(session, check, "take_back", actor)
    check.asked_on = check.asked_by = check.result = check.comment = None
    session.flush()
    record(session, "exit_check.take_back", "exit_check", check.id, person_id=person.id)
