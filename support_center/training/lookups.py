"""The rows that an address of the centre's training names, or 404."""

from typing import NamedTuple
from uuid import UUID

from flask import abort
from sqlalchemy import select

from clais.exchange.training.models import Certificate, Course, CourseRun, Registration
from clais.exchange.training.queries import course_of_basin
from clais.web.context import actor, database, get_or_404


class Opened(NamedTuple):
    """A session with its course."""

    run: CourseRun
    course: Course


def own_course(course_id: UUID) -> Course:
    """A course of the centre at work."""
    course = course_of_basin(database(), course_id)
    if course is None or course.owner_tenant_id != actor().tenant_id:
        abort(404)
    return course


def own_run(course_run_id: UUID) -> Opened:
    """A session of the centre at work."""
    run = get_or_404(CourseRun, course_run_id)
    return Opened(run, own_course(run.course_id))


def own_certificate(certificate_id: UUID) -> Certificate:
    """A certificate that the centre at work gave."""
    return get_or_404(Certificate, certificate_id)


def received_registration(registration_id: UUID) -> Registration:
    """A registration for a session of the centre at work."""
    found = select(Registration).where(
        Registration.to_tenant_id == actor().tenant_id, Registration.id == registration_id
    )
    row = database().scalars(found).one_or_none()
    if row is None:
        abort(404)
    return row
