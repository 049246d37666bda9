"""Stopping the clock of a person: what is due from then on is put off for as long as it stands still."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.feature import composition
from clais.workflow import Refused
from tenants.pauses import queries
from tenants.pauses.models import ClockPause
from tenants.pauses.rules.stopping import ONE_DAY, is_put_off, length, put_off
from tenants.pauses.workflow import PAUSE
from tenants.people.actions import lock_open_file
from tenants.people.models import Person


def note_pause(
    session: ScopedSession, person: Person, actor: Actor, *, reason: str, starts_on: date, until_on: date
) -> ClockPause:
    """Note that no delay runs from one day to another. What is late already stays late.

    Raises Refused: 'closed_file', 'overlap', 'over' for days that are all past.
    """
    lock_open_file(session, person)
    if until_on < today() - ONE_DAY:
        raise Refused("over")
    if queries.covers_a_day_of(session, person.id, starts_on, until_on):
        raise Refused("overlap")
    pause = ClockPause(
        person_id=person.id, reason=reason, starts_on=starts_on, until_on=until_on, noted_by=actor.display_name
    )
    session.add(pause)
    moved = []
    for clock, due in queries.due_days(session, person.id, actor):
        if is_put_off(due.day, starts_on, today()):
            day = clock.move(session, actor, due.key, put_off(due.day, length(starts_on, until_on)))
            moved.append({"clock": clock.name, "key": str(due.key), "was": str(due.day), "now": str(day)})
    pause.moved = moved
    session.flush()
    record(session, "pause.note", "clock_pause", pause.id, person_id=person.id)
    return pause


def change_pause(session: ScopedSession, person: Person, pause: ClockPause, actor: Actor, *, until_on: date) -> None:
    """Make a pause longer or shorter, as long as it is not over: what it put off follows.

    Raises Refused: 'closed_file', 'wrong_state', 'over', 'too_early' for a day before yesterday, 'overlap'.
    """
    lock_open_file(session, person)
    if pause.state != "noted":
        raise Refused("wrong_state")
    if pause.until_on < today():
        raise Refused("over")
    if until_on < max(pause.starts_on, today() - ONE_DAY):
        raise Refused("too_early")
    if queries.covers_a_day_of(session, person.id, pause.starts_on, until_on, pause.id):
        raise Refused("overlap")
    pause.until_on = until_on
    _move_again(session, person, pause, actor, length(pause.starts_on, until_on))
    session.flush()
    record(session, "pause.change", "clock_pause", pause.id, person_id=person.id)


def withdraw_pause(session: ScopedSession, person: Person, pause: ClockPause, actor: Actor) -> None:
    """Take back a pause that was noted by mistake: the days that it moved are what they were. Raises Refused."""
    lock_open_file(session, person)
    PAUSE.apply(session, pause, "withdraw", actor)
    _move_again(session, person, pause, actor, timedelta())
    session.flush()
    record(session, "pause.withdraw", "clock_pause", pause.id, person_id=person.id)


def _move_again(session: ScopedSession, person: Person, pause: ClockPause, actor: Actor, by: timedelta) -> None:
    """Put off by so much what the pause put off; what someone planned otherwise since stays."""
    clocks = {clock.name: clock for clock in composition().clocks}
    present = {(clock.name, due.key): due.day for clock, due in queries.due_days(session, person.id, actor)}
    moved: list[dict[str, Any]] = []
    for row in pause.moved:
        key, was, now = UUID(row["key"]), date.fromisoformat(row["was"]), date.fromisoformat(row["now"])
        if present.get((row["clock"], key)) == now:
            now = clocks[row["clock"]].move(session, actor, key, put_off(was, by))
        moved.append({**row, "now": str(now)})
    pause.moved = moved
