"""Who was there: said half-day by half-day, once it has begun; then a session is closed, and certificates are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.exchange.training.models import Certificate, Course, CourseRun, CourseSeat
from clais.exchange.training.rules.half_days import HalfDay
from clais.exchange.training.workflow import COURSE_SEAT, OPEN, RUN
from clais.workflow import Refused
from support_center.training.actions.certificates import give
from support_center.training.actions.seats import hold_run
from support_center.training.queries import holdings_then, may_be_certified, seats_of, with_holders


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the end of a session gave."""

    attended: int
    absent: int
    certificates: tuple[Certificate, ...]


def mark_presence(session: ScopedSession, run: CourseRun, half_day: HalfDay, said: Mapping[UUID, bool]) -> None:
    """Say who was there on a half-day: seat → yes or no. Raises Refused (`not_begun`, `wrong_state`)."""
    if half_day.code not in run.half_days or run.state not in OPEN:
        raise Refused("wrong_state")
    if half_day.begins > now():
        raise Refused("not_begun")
    found = select(CourseSeat).where(
        CourseSeat.tenant_id == session.scope.tenant_id,
        CourseSeat.course_run_id == run.id,
        CourseSeat.state == "seated",
        CourseSeat.id.in_(said),
    )
    held = found.order_by(CourseSeat.id).with_for_update().execution_options(populate_existing=True)
    for seat in session.scalars(held):
        seat.presence = {**seat.presence, half_day.code: said[seat.id]}
    record(session, "course_run.mark", "course_run", run.id, details={"half_day": half_day.code})
    session.flush()


def attended_enough(course: Course, seat: CourseSeat) -> bool:
    """Whether someone was there for as many half-days as the course asks for."""
    return sum(map(bool, seat.presence.values())) >= course.required_half_days


def unsaid(run: CourseRun, seats: Sequence[CourseSeat]) -> int:
    """How many presences of a session nobody has said yet."""
    return sum(code not in seat.presence for seat in seats for code in run.half_days)


def close_run(session: ScopedSession, actor: Actor, run: CourseRun, course: Course) -> Outcome:
    """End a session: who was there enough has attended, and is given the certificate of the course.

    A renewal gives none to who had nothing to renew: they go through the first course.

    Raises Refused: `not_begun` before its last half-day, `unsaid` while a presence is missing, `wrong_state`.
    """
    hold_run(session, run)
    if run.ends_on > today():
        raise Refused("not_begun")
    seats = seats_of(session, [run.id], "seated")
    if unsaid(run, seats):
        raise Refused("unsaid")
    RUN.apply(session, run, "close", actor)
    given: list[Certificate] = []
    there = [seat for seat in seats if attended_enough(course, seat)]
    for seat in seats:
        COURSE_SEAT.apply(session, seat, "attend" if seat in there else "miss", actor)
    session.flush()
    if course.certificate_months:
        holders = [held.registration for held in with_holders(session, there)]
        holdings = holdings_then(session, course, run, holders)
        renewing = [holder for holder in holders if may_be_certified(course, holdings[holder.id])]
        given = [give(session, actor, course, holder, run.ends_on) for holder in renewing]
    for seat in seats_of(session, [run.id], "waiting"):
        COURSE_SEAT.apply(session, seat, "release", actor)
    record(session, "course_run.close", "course_run", run.id, details={"number": len(there)})
    session.flush()
    return Outcome(len(there), len(seats) - len(there), tuple(given))
