"""Seats of a session: given in the order of approval, to the last; who comes after waits, and nobody is lost.

The platforms say who may come; the centre gives the seats, in one transaction that holds the session.
"""

from uuid import UUID

from sqlalchemy import select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.training.models import CourseRun, CourseSeat, Registration
from clais.exchange.training.queries import awaits_people, courses_by_id, received_registrations
from clais.exchange.training.workflow import COURSE_SEAT, OPEN
from support_center.training.mails import tell_seated, tell_waiting
from support_center.training.queries import seats_of


def give_seats(session: ScopedSession, actor: Actor) -> int:
    """Take back the seats of who does not come any more, seat who waits for a free seat, then who was approved.

    Nobody moves up once a session has begun: they could only be absent.
    Returns how many registrations were looked at for the first time. `actor` is the system, or a trainer.
    """
    runs = _held_runs(session)
    registrations = received_registrations(session, list(runs))
    seats = {seat.registration_id: seat for seat in seats_of(session, list(runs))}
    courses = courses_by_id(session, {run.course_id for run in runs.values()})
    for registration in registrations:
        seat = seats.get(registration.id)
        if registration.state == "cancelled" and seat is not None and seat.state in {"seated", "waiting"}:
            release(session, actor, seat)
    # Who has waited for long comes before who is new.
    by_id = {registration.id: registration for registration in registrations}
    for seat in sorted(seats.values(), key=lambda one: (one.created_at, one.id)):
        run = runs[seat.course_run_id]
        if seat.state == "waiting" and awaits_people(run) and _take(session, run.id):
            COURSE_SEAT.apply(session, seat, "seat", actor)
            tell_seated(session, courses[run.course_id], run, by_id[seat.registration_id], seat)
    new = [one for one in registrations if one.state == "approved" and one.id not in seats]
    for registration in new:
        run = runs[registration.course_run_id]
        seat = _given(session, actor, registration)
        tell = tell_seated if seat.state == "seated" else tell_waiting
        tell(session, courses[run.course_id], run, registration, seat)
    session.flush()
    return len(new)


def release(session: ScopedSession, actor: Actor, seat: CourseSeat) -> None:
    """Give a seat, or a place on the waiting list, back. Raises Refused."""
    seated = seat.state == "seated"
    COURSE_SEAT.apply(session, seat, "release", actor)
    session.flush()
    if seated:
        session.execute(
            update(CourseRun)
            .where(CourseRun.tenant_id == seat.tenant_id, CourseRun.id == seat.course_run_id, CourseRun.seats_taken > 0)
            .values(seats_taken=CourseRun.seats_taken - 1)
            .execution_options(synchronize_session=False)
        )
    record(session, "course_seat.release", "course_seat", seat.id)


def hold_run(session: ScopedSession, run: CourseRun) -> int:
    """Hold a session until the end of the transaction; gives how many of its seats are taken."""
    found = select(CourseRun.seats_taken).where(CourseRun.tenant_id == run.tenant_id, CourseRun.id == run.id)
    return session.scalars(found.with_for_update()).one()


def _held_runs(session: ScopedSession) -> dict[UUID, CourseRun]:
    """The sessions that are not over, held until the end of the transaction, in the order of their keys."""
    found = select(CourseRun).where(
        CourseRun.tenant_id == session.scope.tenant_id, CourseRun.state.in_(OPEN), CourseRun.ends_on >= today()
    )
    held = found.order_by(CourseRun.id).with_for_update().execution_options(populate_existing=True)
    return {run.id: run for run in session.scalars(held)}


def _take(session: ScopedSession, run_id: UUID) -> bool:
    """Take one free seat; the condition is part of the statement, so that the last one has one winner."""
    taken = session.scalar(
        update(CourseRun)
        .where(
            CourseRun.tenant_id == session.scope.tenant_id,
            CourseRun.id == run_id,
            CourseRun.seats_taken < CourseRun.seats,
        )
        .values(seats_taken=CourseRun.seats_taken + 1)
        .returning(CourseRun.seats_taken)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def _given(session: ScopedSession, actor: Actor, registration: Registration) -> CourseSeat:
    is_free = _take(session, registration.course_run_id)
    seat = CourseSeat(
        to_tenant_id=registration.tenant_id,
        course_run_id=registration.course_run_id,
        registration_id=registration.id,
        state="seated",
    )
    session.add(seat)
    session.flush()
    if not is_free:
        COURSE_SEAT.apply(session, seat, "queue", actor)
    record(session, "course_seat.give" if is_free else "course_seat.queue", "course_seat", seat.id)
    return seat
