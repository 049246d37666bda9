"""What a platform does about training: an agent asks for a seat; the coordinator approves, declines, registers."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.training.models import CourseRun, Registration
from clais.exchange.training.queries import awaits_people, course_of_basin, is_ahead, runs_by_id, sent_to_first_course
from clais.exchange.training.workflow import FORGET_JOB, GOING, OPEN, REGISTER, REGISTRATION, SEAT_JOB
from clais.identity.models import Membership
from clais.workflow import Refused
from tenants.training.queries import named_who_left


def ask(session: ScopedSession, actor: Actor, run: CourseRun, member: Membership) -> Registration:
    """Ask for a seat for oneself; a coordinator's own is approved at once.

    Raises Refused: `over` when registrations are, `already` when the agent is going, `first_course` when they have
    nothing to renew.
    """
    _need_open(session, run, [member])
    registration = _registered(session, actor, run, member)
    if actor.may(REGISTER):
        _approve(session, actor, run, registration)
    return registration


def register(session: ScopedSession, actor: Actor, run: CourseRun, members: Sequence[Membership]) -> list[Registration]:
    """Register agents, approved at once; who is going already stays as they are.

    Raises Refused (`over`; `first_course` when one of them has nothing to renew).
    """
    _need_open(session, run, members)
    found = []
    for member in members:
        try:
            registration = _registered(session, actor, run, member)
        except Refused:
            continue
        _approve(session, actor, run, registration)
        found.append(registration)
    return found


def approve(session: ScopedSession, actor: Actor, registration: Registration) -> CourseRun:
    """Let an agent go: the centre gives the seat, or puts them on the waiting list. Returns the session.

    Raises Refused, with `over` once the session has begun or is cancelled, and StaleDataError.
    """
    run = runs_by_id(session, [registration.course_run_id]).get(registration.course_run_id)
    if run is None:
        raise Refused("over")
    _approve(session, actor, run, registration)
    return run


def _approve(session: ScopedSession, actor: Actor, run: CourseRun, registration: Registration) -> None:
    if not awaits_people(run):
        raise Refused("over")
    REGISTRATION.apply(session, registration, "approve", actor)
    registration.approved_at = now()
    record(session, "registration.approve", "registration", registration.id)
    session.flush()
    make_due(session, SEAT_JOB, tenant_id=registration.to_tenant_id)


def decline(session: ScopedSession, actor: Actor, registration: Registration, reason: str) -> None:
    """Say no, and why. Raises Refused, StaleDataError."""
    REGISTRATION.apply(session, registration, "decline", actor, comment=reason)
    record(session, "registration.decline", "registration", registration.id)
    session.flush()


def cancel(session: ScopedSession, actor: Actor, registration: Registration, reason: str) -> None:
    """Take a registration back; the centre gives the seat to who waits.

    Raises Refused, with `over` once the session has begun on a day before, or is cancelled, and StaleDataError.
    """
    run = runs_by_id(session, [registration.course_run_id]).get(registration.course_run_id)
    if run is None or not is_ahead(run):
        raise Refused("over")
    _cancel(session, actor, registration, reason)


def _cancel(session: ScopedSession, actor: Actor, registration: Registration, reason: str) -> None:
    REGISTRATION.apply(session, registration, "cancel", actor, comment=reason)
    record(session, "registration.cancel", "registration", registration.id)
    session.flush()
    make_due(session, SEAT_JOB, tenant_id=registration.to_tenant_id)


def forget_who_left(session: ScopedSession, actor: Actor) -> int:
    """Cancel what is to come of agents who left, and take their names and addresses out of their registrations.

    Returns how many registrations name nobody any more. `actor` is the system.
    """
    rows = named_who_left(session)
    runs = runs_by_id(session, {row.course_run_id for row in rows})
    for row in rows:
        run = runs.get(row.course_run_id)
        if row.state in GOING and run is not None and run.state in OPEN and run.ends_on >= today():
            _cancel(session, actor, row, "membership")
    if rows:
        session.execute(
            update(Registration)
            .where(Registration.tenant_id == session.scope.tenant_id, Registration.id.in_([row.id for row in rows]))
            .values(member_name="", member_email="", version=Registration.version + 1, updated_at=now())
            .execution_options(synchronize_session=False)
        )
    for centre in {row.to_tenant_id for row in rows}:
        make_due(session, FORGET_JOB, tenant_id=centre)
    return len(rows)


def _need_open(session: ScopedSession, run: CourseRun, members: Sequence[Membership]) -> None:
    """Raise Refused: `over` when registrations are, `first_course` when one of the members has nothing to renew."""
    if not awaits_people(run) or run.closes_on < today():
        raise Refused("over")
    course = course_of_basin(session, run.course_id)
    if course is None or sent_to_first_course(session, course, run, [member.id for member in members]):
        raise Refused("first_course")


def _registered(session: ScopedSession, actor: Actor, run: CourseRun, member: Membership) -> Registration:
    """A new registration. Raises Refused(`already`)."""
    registration = Registration(
        to_tenant_id=run.tenant_id,
        course_id=run.course_id,
        course_run_id=run.id,
        membership_id=member.id,
        member_name=member.display_name,
        member_email=member.email,
        asked_by=actor.display_name,
    )
    try:
        with session.begin_nested():
            session.add(registration)
            session.flush()
    except IntegrityError as error:
        raise Refused("already") from error
    record(session, "registration.ask", "registration", registration.id)
    return registration
