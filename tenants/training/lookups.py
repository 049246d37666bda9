"""The courses, sessions and registrations that an address of a platform names, or 404."""

from typing import NamedTuple
from uuid import UUID

from flask import abort
from sqlalchemy import select

from clais.exchange.training.models import Certificate, Course, CourseRun, Registration
from clais.exchange.training.queries import course_of_basin, runs_by_id
from clais.exchange.training.workflow import REGISTER
from clais.identity.models import Membership
from clais.identity.queries import team
from clais.web.context import actor, database, get_or_404


class Opened(NamedTuple):
    """A session with its course, as the basin reads them."""

    run: CourseRun
    course: Course


def read_course(course_id: UUID) -> Course:
    """A course that the centre published, now or once."""
    course = course_of_basin(database(), course_id)
    if course is None or course.state == "draft":
        abort(404)
    return course


def read_run(course_run_id: UUID) -> Opened:
    """A session of a course of the basin."""
    run = runs_by_id(database(), [course_run_id]).get(course_run_id)
    if run is None:
        abort(404)
    return Opened(run, read_course(run.course_id))


def registration_here(registration_id: UUID) -> Registration:
    """A registration of the platform: one's own, or anyone's for who registers others."""
    found = get_or_404(Registration, registration_id)
    if found.membership_id != actor().membership_id and not actor().may(REGISTER):
        abort(404)
    return found


def certificate_here(certificate_id: UUID) -> Certificate:
    """A certificate of the platform: one's own, or anyone's for who registers others."""
    found = select(Certificate).where(Certificate.to_tenant_id == actor().tenant_id, Certificate.id == certificate_id)
    certificate = database().scalars(found).one_or_none()
    if certificate is None or (certificate.membership_id != actor().membership_id and not actor().may(REGISTER)):
        abort(404)
    return certificate


def own_certificate(certificate_id: UUID) -> Certificate:
    """A certificate of one's own, whoever registers others."""
    found = certificate_here(certificate_id)
    if found.membership_id != actor().membership_id:
        abort(404)
    return found


def own_membership() -> Membership:
    """The membership of who is at work."""
    found = next((member for member in team(database()) if member.id == actor().membership_id), None)
    if found is None:
        abort(404)
    return found
