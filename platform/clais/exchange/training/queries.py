"""Courses and sessions of the basin, registrations, seats and certificates, as both wings read them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from clais.clock import now, today
from clais.database import HERE, MEMBER, ScopedSession, built_once
from clais.database.keyset import alphabetical
from clais.exchange.training.models import Certificate, Course, CourseMaterial, CourseRun, CourseSeat, Registration
from clais.exchange.training.rules.half_days import begun, half_days_of
from clais.exchange.training.rules.periods import COUNTS, Path, Period, Standing, best_on, path_on, standing_of
from clais.exchange.training.workflow import OPEN


@dataclass(frozen=True, slots=True)
class Holding:
    """What someone holds of a course on a day: whether it counts, until when, and which course leads on."""

    standing: Standing | None
    """None for who never held it."""
    until: date | None
    path: Path
    provisional: bool = False
    """Whether they have not followed the course yet."""

    @property
    def counts(self) -> bool:
        """Whether they may do on that day what the course teaches."""
        return self.standing in COUNTS


def courses_of_basin(session: ScopedSession, *, only_published: bool = True) -> list[Course]:
    """The courses of the basin by title; for who does not write them, those that are published."""
    found = select(Course).where(Course.basin_id == session.scope.basin_id)
    if only_published:
        found = found.where(Course.state == "published")
    return list(session.scalars(found.order_by(alphabetical(Course.title), Course.id)))


def course_of_basin(session: ScopedSession, course_id: UUID) -> Course | None:
    """One course of the basin, whatever its state."""
    here = session.scope.basin_id
    return session.scalars(select(Course).where(Course.basin_id == here, Course.id == course_id)).one_or_none()


def courses_by_id(session: ScopedSession, ids: Collection[UUID]) -> dict[UUID, Course]:
    """Several courses of the basin at once, whatever their state."""
    if not ids:
        return {}
    found = select(Course).where(Course.basin_id == session.scope.basin_id, Course.id.in_(ids))
    return {course.id: course for course in session.scalars(found)}


def materials_of(session: ScopedSession, course: Course) -> dict[str, list[CourseMaterial]]:
    """Title → the versions of a document, the newest first."""
    found = (
        select(CourseMaterial)
        .where(
            CourseMaterial.owner_tenant_id == course.owner_tenant_id,
            CourseMaterial.basin_id == session.scope.basin_id,
            CourseMaterial.course_id == course.id,
        )
        .order_by(alphabetical(CourseMaterial.title), CourseMaterial.number.desc())
    )
    by_title: dict[str, list[CourseMaterial]] = {}
    for material in session.scalars(found):
        by_title.setdefault(material.title, []).append(material)
    return by_title


def runs_of_course(session: ScopedSession, course: Course) -> list[CourseRun]:
    """The sessions of a course, the last ones first."""
    found = select(CourseRun).where(CourseRun.tenant_id == course.owner_tenant_id, CourseRun.course_id == course.id)
    return list(session.scalars(found.order_by(CourseRun.starts_on.desc(), CourseRun.id)))


def centres_of_basin(session: ScopedSession) -> frozenset[UUID]:
    """The centres whose courses the basin reads: a session lies with its centre, and is asked for there."""
    found = select(Course.owner_tenant_id).where(Course.basin_id == session.scope.basin_id).distinct()
    return session.read_once("centres of the basin's courses", lambda: frozenset(session.scalars(found)))


def runs_since(session: ScopedSession, day: date) -> list[CourseRun]:
    """The sessions of the basin that end on `day` or later and were not cancelled, soonest first."""
    found = select(CourseRun).where(
        CourseRun.tenant_id.in_(centres_of_basin(session)),
        CourseRun.basin_id == session.scope.basin_id,
        CourseRun.ends_on >= day,
        CourseRun.state.in_(OPEN),
    )
    return list(session.scalars(found.order_by(CourseRun.starts_on, CourseRun.id)))


def runs_by_id(session: ScopedSession, ids: Collection[UUID]) -> dict[UUID, CourseRun]:
    """Several sessions of the basin at once."""
    if not ids:
        return {}
    found = select(CourseRun).where(
        CourseRun.tenant_id.in_(centres_of_basin(session)),
        CourseRun.basin_id == session.scope.basin_id,
        CourseRun.id.in_(ids),
    )
    return {run.id: run for run in session.scalars(found)}


def awaits_people(run: CourseRun) -> bool:
    """Whether a seat in a session can still be given: it will be held, and its first half-day has not begun."""
    return run.state in OPEN and not begun(half_days_of(run.half_days), now())


def is_ahead(run: CourseRun) -> bool:
    """Whether a registration can still be taken back: the session will be held, from today on at the earliest."""
    return run.state in OPEN and run.starts_on >= today()


def own_registrations(session: ScopedSession, membership_id: UUID | None = None) -> list[Registration]:
    """The registrations of the platform at work, or of one of its members, the newest first."""
    values = {"here": session.scope.tenant_id, "member": membership_id}
    return list(session.scalars(_own_registrations(of_one=membership_id is not None), values))


@built_once
def _own_registrations(*, of_one: bool) -> Select[Registration]:
    found = select(Registration).where(Registration.tenant_id == HERE)
    if of_one:
        found = found.where(Registration.membership_id == MEMBER)
    return found.order_by(Registration.created_at.desc(), Registration.id)


def received_registrations(session: ScopedSession, run_ids: Collection[UUID]) -> list[Registration]:
    """The registrations of all platforms for some sessions of the centre at work, in the order of their approval."""
    if not run_ids:
        return []
    found = select(Registration).where(
        Registration.to_tenant_id == session.scope.tenant_id, Registration.course_run_id.in_(run_ids)
    )
    return list(session.scalars(found.order_by(Registration.approved_at, Registration.id)))


def seats_received(session: ScopedSession, registration_ids: Collection[UUID]) -> dict[UUID, CourseSeat]:
    """Registration of the platform at work → what the centre gave it."""
    if not registration_ids:
        return {}
    found = select(CourseSeat).where(
        CourseSeat.to_tenant_id == session.scope.tenant_id, CourseSeat.registration_id.in_(registration_ids)
    )
    return {seat.registration_id: seat for seat in session.scalars(found)}


def certificates_received(
    session: ScopedSession, *, membership_id: UUID | None = None, course_id: UUID | None = None
) -> list[Certificate]:
    """The certificates of the platform's members, or of one of them, or in one course; those that end last first."""
    values = {"here": session.scope.tenant_id, "member": membership_id, "course": course_id}
    found = _certificates(of_one=membership_id is not None, in_one=course_id is not None)
    return list(session.scalars(found, values))


@built_once
def _certificates(*, of_one: bool, in_one: bool) -> Select[Certificate]:
    found = select(Certificate).where(Certificate.to_tenant_id == HERE)
    if of_one:
        found = found.where(Certificate.membership_id == MEMBER)
    if in_one:
        found = found.where(Certificate.course_id == bindparam("course"))
    return found.order_by(Certificate.valid_until.desc(), Certificate.id)


def period_of(certificate: Certificate) -> Period:
    """The days of a certificate, as the rules read them."""
    return Period(
        certificate.valid_from,
        certificate.valid_until,
        certificate.window_days,
        certificate.grace_days,
        certificate.revoked_on,
        certificate.replaced_on,
        certificate.kind == "provisional",
    )


def holding_of(certificates: Iterable[Certificate], day: date) -> Holding:
    """What certificates of one holder in one course say together on a day."""
    periods = [period_of(certificate) for certificate in certificates]
    best = best_on(periods, day)
    if best is None:
        return Holding(None, None, Path.FIRST)
    return Holding(standing_of(best, day), best.last_day, path_on(periods, day), best.provisional)


def holding(session: ScopedSession, membership_id: UUID, course_id: UUID, day: date) -> Holding:
    """Whether a member of the platform at work holds a certificate of a course on a day, else what leads to it.

    `course_id` is the first course; the certificates of its renewals are in its name.
    """
    return holding_of(certificates_received(session, membership_id=membership_id, course_id=course_id), day)


def sent_to_first_course(
    session: ScopedSession, course: Course, run: CourseRun, membership_ids: Collection[UUID]
) -> list[UUID]:
    """Which of these members of the platform at work may not renew in a session: they have nothing to renew then."""
    if course.renews_id is None:
        return []
    held = _by_holder(certificates_received(session, course_id=course.certified_id))
    return [key for key in membership_ids if holding_of(held.get(key, ()), run.starts_on).path is Path.FIRST]


def certificate_by_number(session: ScopedSession, number_hash: bytes) -> Certificate | None:
    """The certificate of a number; the scope must hold its hash."""
    return session.scalars(select(Certificate).where(Certificate.number_hash == number_hash)).one_or_none()


@dataclass(frozen=True, slots=True)
class Lacking:
    """A course whose certificate someone does not hold; without it they are warned, or `refused`, from a day on."""

    course: Course
    refused: bool
    refused_from: date | None


def lacking(session: ScopedSession, membership_id: UUID, code: str, refused_from: date | None) -> Lacking | None:
    """What a member of the platform at work lacks today to do what a course teaches; None when they may do it.

    A code that no course of the basin has, or one that gives no certificate, asks for nothing: nobody could get it.
    """
    course = course_of_code(session, code) if code else None
    if course is None or course.certificate_months is None:
        return None
    if holding(session, membership_id, course.certified_id, today()).counts:
        return None
    return Lacking(course, refused_from is not None and refused_from <= today(), refused_from)


def course_of_code(session: ScopedSession, code: str) -> Course | None:
    """The course of the basin with a code, once it was published."""
    found = select(Course).where(Course.basin_id == session.scope.basin_id, Course.code == code)
    return session.scalars(found.where(Course.state != "draft").order_by(Course.id).limit(1)).first()


def gives_certificate(session: ScopedSession, code: str) -> bool:
    """Whether a published course of the basin has this code and gives a certificate."""
    course = course_of_code(session, code)
    return course is not None and course.state == "published" and course.certificate_months is not None


def without_certificate(session: ScopedSession, course: Course, membership_ids: Iterable[UUID]) -> list[UUID]:
    """Which of these members of the platform at work do not hold the certificate of a course today."""
    held = _by_holder(certificates_received(session, course_id=course.certified_id))
    return [key for key in membership_ids if not holding_of(held.get(key, ()), today()).counts]


def _by_holder(certificates: Iterable[Certificate]) -> dict[UUID, list[Certificate]]:
    found: dict[UUID, list[Certificate]] = {}
    for certificate in certificates:
        found.setdefault(certificate.membership_id, []).append(certificate)
    return found
