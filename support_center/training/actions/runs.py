"""Sessions of a course: planned, confirmed, cancelled with a reason, or held."""

from collections.abc import Mapping
from typing import Any

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.training.models import Course, CourseRun
from clais.exchange.training.rules.half_days import HalfDay, codes_of
from clais.exchange.training.workflow import OPEN, RUN, SEAT_JOB
from clais.workflow import Refused
from support_center.training.actions.seats import hold_run, release
from support_center.training.mails import tell_cancelled, tell_changed
from support_center.training.queries import seats_of

SEEN = frozenset({"half_days", "place", "link"})
"""What is new for who has a seat when it changes."""


def plan_run(session: ScopedSession, actor: Actor, course: Course, facts: Mapping[str, Any]) -> CourseRun:
    """Publish a session. `facts` are those of RunSchema. Raises Refused(`not_published`)."""
    if course.state != "published":
        raise Refused("not_published")
    run = CourseRun(basin_id=actor.basin_id, course_id=course.id, **_stored(facts))
    session.add(run)
    session.flush()
    record(session, "course_run.plan", "course_run", run.id)
    return run


def edit_run(session: ScopedSession, run: CourseRun, course: Course, facts: Mapping[str, Any]) -> None:
    """Change a session that is not over; who has a seat hears of other days or another place.

    Raises Refused (`wrong_state`, `seats_taken` for fewer seats than are held) and StaleDataError.
    """
    held = hold_run(session, run)
    if run.state not in OPEN:
        raise Refused("wrong_state")
    if facts["seats"] < held:
        raise Refused("seats_taken")
    new, before = _stored(facts), list(run.half_days)
    is_seen = any(getattr(run, name) != new[name] for name in SEEN)
    for name, value in new.items():
        setattr(run, name, value)
    record(session, "course_run.edit", "course_run", run.id, details={"fields": sorted(facts)})
    session.flush()
    if is_seen:
        tell_changed(session, course, run, seats_of(session, [run.id], "seated"), before)
    make_due(session, SEAT_JOB)


def confirm_run(session: ScopedSession, actor: Actor, run: CourseRun) -> None:
    """Say that a session will be held. Raises Refused."""
    RUN.apply(session, run, "confirm", actor)
    record(session, "course_run.confirm", "course_run", run.id)
    session.flush()


def cancel_run(session: ScopedSession, actor: Actor, run: CourseRun, course: Course, reason: str) -> None:
    """Cancel a session; everyone who was going hears why. Raises Refused."""
    hold_run(session, run)
    going = seats_of(session, [run.id], "seated", "waiting")
    RUN.apply(session, run, "cancel", actor, comment=reason)
    record(session, "course_run.cancel", "course_run", run.id)
    session.flush()
    tell_cancelled(session, course, run, going, reason)
    for seat in going:
        release(session, actor, seat)


def _stored(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a session: its half-days say when it begins and ends."""
    days: list[HalfDay] = sorted(facts["half_days"])
    return {**facts, "half_days": codes_of(days), "starts_on": days[0].day, "ends_on": days[-1].day}
