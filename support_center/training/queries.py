"""What the centre reads of its sessions: seats with their registrations, presences, certificates."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ScalarSelect, exists, func, or_, select
from sqlalchemy.orm import aliased

from clais.clock import today
from clais.database import ScopedSession
from clais.database.moments import present_day
from clais.exchange.training.models import Certificate, CertificateEvidence, Course, CourseRun, CourseSeat, Registration
from clais.exchange.training.queries import (
    Holding,
    awaits_people,
    holding_of,
    period_of,
    received_registrations,
)
from clais.exchange.training.rules.periods import Path, Standing, standing_of
from clais.exchange.training.workflow import GOING, OPEN, WRITE
from clais.feature.handling import Reader

NEAR = timedelta(days=14)
"""A session that begins so soon has its minimum, or is flagged."""
LOOKED_BACK = timedelta(days=60)
"""A session that is over for longer and was never closed is found on the page of its course."""
NAMED_FOR = timedelta(days=365)
"""So long after its end a certificate names its holder."""


class Attendee(NamedTuple):
    """A registration with what the centre gave it, if anything yet."""

    registration: Registration
    seat: CourseSeat | None


def seats_of(session: ScopedSession, run_ids: Collection[UUID], *states: str) -> list[CourseSeat]:
    """The seats of some sessions in the order in which they were given; in these `states`, or all."""
    if not run_ids:
        return []
    found = select(CourseSeat).where(
        CourseSeat.tenant_id == session.scope.tenant_id, CourseSeat.course_run_id.in_(run_ids)
    )
    if states:
        found = found.where(CourseSeat.state.in_(states))
    return list(session.scalars(found.order_by(CourseSeat.created_at, CourseSeat.id)))


class Held(NamedTuple):
    """A seat and the registration that holds it."""

    seat: CourseSeat
    registration: Registration


def with_holders(session: ScopedSession, seats: Sequence[CourseSeat]) -> list[Held]:
    """Seats in their order, each with its registration."""
    found = {one.id: one for one in received_registrations(session, {seat.course_run_id for seat in seats})}
    return [Held(seat, found[seat.registration_id]) for seat in seats if seat.registration_id in found]


def attendees(session: ScopedSession, run: CourseRun) -> list[Attendee]:
    """Everyone who is or was registered for a session, in the order of their approval."""
    seats = {seat.registration_id: seat for seat in seats_of(session, [run.id])}
    return [Attendee(one, seats.get(one.id)) for one in received_registrations(session, [run.id])]


def own_runs(session: ScopedSession, since: date) -> list[CourseRun]:
    """The sessions of the centre that end on `since` or later, soonest first; cancelled ones too."""
    found = select(CourseRun).where(CourseRun.tenant_id == session.scope.tenant_id, CourseRun.ends_on >= since)
    return list(session.scalars(found.order_by(CourseRun.starts_on, CourseRun.id)))


def to_note_count(reader: Reader) -> ScalarSelect[int] | None:
    """How many sessions have begun and are not closed: who was there is said. For the rail of who says it."""
    if WRITE not in reader.permissions:
        return None
    begun = (
        CourseRun.tenant_id == reader.tenant_id,
        CourseRun.state.in_(OPEN),
        CourseRun.starts_on <= present_day(),
        CourseRun.ends_on >= present_day(LOOKED_BACK),
    )
    return select(func.count()).where(*begun).scalar_subquery()


def going_to(session: ScopedSession, runs: Iterable[CourseRun]) -> int:
    """How many agents are registered, or ask, for those of some sessions that are to come."""
    ahead = [run.id for run in runs if awaits_people(run)]
    return sum(one.state in GOING for one in received_registrations(session, ahead))


def lacks_people(run: CourseRun) -> bool:
    """Whether a session begins soon and has fewer people than it needs."""
    near = today() <= run.starts_on <= today() + NEAR
    return near and run.state in OPEN and run.seats_taken < run.minimum


def begins_on(session: ScopedSession, first: date, last: date) -> list[CourseRun]:
    """The sessions that will be held, which begin between two days."""
    found = select(CourseRun).where(
        CourseRun.tenant_id == session.scope.tenant_id,
        CourseRun.state.in_(OPEN),
        CourseRun.starts_on.between(first, last),
    )
    return list(session.scalars(found.order_by(CourseRun.starts_on, CourseRun.id)))


def certificates_of(session: ScopedSession, holder: Registration, course_id: UUID) -> list[Certificate]:
    """What an agent was given in a course, the first one first."""
    return certificates_by_holder(session, [holder], course_id)[holder.id]


def certificates_by_holder(
    session: ScopedSession, holders: Collection[Registration], course_id: UUID
) -> dict[UUID, list[Certificate]]:
    """Registration → what its agent was given in a course, the first one first; read for all at once."""
    given: dict[tuple[UUID, UUID], list[Certificate]] = {(one.tenant_id, one.membership_id): [] for one in holders}
    if not given:
        return {}
    found = select(Certificate).where(
        Certificate.tenant_id == session.scope.tenant_id,
        Certificate.to_tenant_id.in_({tenant_id for tenant_id, _member in given}),
        Certificate.membership_id.in_({member for _tenant_id, member in given}),
        Certificate.course_id == course_id,
    )
    for certificate in session.scalars(found.order_by(Certificate.sequence)):
        given.setdefault((certificate.to_tenant_id, certificate.membership_id), []).append(certificate)
    return {one.id: given[one.tenant_id, one.membership_id] for one in holders}


def holdings_then(
    session: ScopedSession, course: Course, run: CourseRun, holders: Collection[Registration]
) -> dict[UUID, Holding]:
    """Registration → what its agent held on the first day of a session, of what its course certifies."""
    given = certificates_by_holder(session, holders, course.certified_id)
    return {key: holding_of(certificates, run.starts_on) for key, certificates in given.items()}


def may_be_certified(course: Course, held: Holding) -> bool:
    """Whether a session of a course gives a certificate to who held this before: a renewal renews something."""
    return course.certificate_months is not None and (course.renews_id is None or held.path is not Path.FIRST)


def ending_certificates(session: ScopedSession, until: date) -> list[Certificate]:
    """The certificates that end up to `until`, the soonest first: so those in grace, unless another one came after."""
    after = aliased(Certificate)
    renewed = exists().where(
        after.tenant_id == Certificate.tenant_id,
        after.to_tenant_id == Certificate.to_tenant_id,
        after.membership_id == Certificate.membership_id,
        after.course_id == Certificate.course_id,
        after.valid_until > Certificate.valid_until,
        after.revoked_on.is_(None),
    )
    found = select(Certificate).where(
        Certificate.tenant_id == session.scope.tenant_id,
        Certificate.valid_until + Certificate.grace_days >= today(),
        Certificate.valid_until <= until,
        Certificate.revoked_on.is_(None),
        Certificate.replaced_on.is_(None),
        or_(Certificate.valid_until >= today(), ~renewed),
    )
    rows = session.scalars(found.order_by(Certificate.valid_until, Certificate.id))
    return [one for one in rows if standing_of(period_of(one), today()) is not Standing.EXPIRED]


def waits_for_seat(session: ScopedSession) -> bool:
    """Whether a platform approved or cancelled something that the centre has not looked at yet."""
    here = session.scope.tenant_id
    runs = select(CourseRun.id).where(
        CourseRun.tenant_id == here, CourseRun.state.in_(OPEN), CourseRun.ends_on >= today()
    )
    ids = list(session.scalars(runs))
    registrations = received_registrations(session, ids)
    seats = {seat.registration_id: seat.state for seat in seats_of(session, ids)}
    return any(
        (one.state == "approved" and one.id not in seats)
        or (one.state == "cancelled" and seats.get(one.id) in {"seated", "waiting"})
        for one in registrations
    )


def nameless_since() -> date:
    """Certificates that ended before this day name nobody any more."""
    return today() - NAMED_FOR


def evidence_of_nobody(session: ScopedSession) -> list[UUID]:
    """The documents behind certificates that name nobody any more, or whose holder has left their platform."""
    here = session.scope.tenant_id
    # Read apart: what lies with the platforms is joined with nothing of the centre.
    named = select(Registration.membership_id).where(Registration.to_tenant_id == here, Registration.member_name != "")
    nobodys = select(Certificate.id).where(
        Certificate.tenant_id == here,
        or_(Certificate.holder_name == "", Certificate.membership_id.not_in(named)),
    )
    found = select(CertificateEvidence.id).where(
        CertificateEvidence.tenant_id == here, CertificateEvidence.certificate_id.in_(nobodys)
    )
    return list(session.scalars(found))


def first_named(session: ScopedSession) -> date | None:
    """The last day of the certificate that ended first of those that still name someone."""
    found = select(func.min(Certificate.valid_until)).where(
        Certificate.tenant_id == session.scope.tenant_id, Certificate.holder_name != ""
    )
    return session.scalar(found)


def first_begin_after(session: ScopedSession, day: date) -> date | None:
    """The first day of the next session that begins after a day."""
    found = select(func.min(CourseRun.starts_on)).where(
        CourseRun.tenant_id == session.scope.tenant_id, CourseRun.state.in_(OPEN), CourseRun.starts_on > day
    )
    return session.scalar(found)
