"""Closing a file with its result, opening it again, and the news that are asked for in between."""

from datetime import date

from sqlalchemy import select

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
    _ask_no_more(session, person, actor)
    left = PersonExit(person_id=person.id, noted_by=actor.display_name, reason=reason, result=result, left_on=today())
    session.add(left)
    session.flush()
    session.add_all(
        ExitCheck(exit_id=left.id, person_id=person.id, months=months, due_on=day)
        for months, day in days_of_checks(session, left.left_on).items()
    )
    session.flush()
    return left


def reopen_file(session: ScopedSession, person: Person, actor: Actor) -> None:
    """Open a closed file again: the news that were still to be asked for are asked for no more. Raises Refused."""
    move(session, actor, person, "reopen")
    _ask_no_more(session, person, actor)


def _ask_no_more(session: ScopedSession, person: Person, actor: Actor) -> None:
    planned = select(ExitCheck).where(
        ExitCheck.tenant_id == session.scope.tenant_id,
        ExitCheck.person_id == person.id,
        ExitCheck.state == "planned",
    )
    for check in session.scalars(planned):
        CHECK.apply(session, check, "drop", actor)


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
