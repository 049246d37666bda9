"""Courses and their documents: only the centre that gives them writes them."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from clais.exchange.publications.instruments import requires_course
from clais.exchange.training.models import Course, CourseMaterial
from clais.exchange.training.workflow import COURSE
from clais.workflow import Refused


def create_course(session: ScopedSession, actor: Actor, facts: Mapping[str, Any]) -> Course:
    """Write the draft of a course. `facts` are those of CourseSchema. Raises Refused(`code_taken`)."""
    course = Course(owner_tenant_id=actor.tenant_id, basin_id=actor.basin_id, **facts)
    try:
        with session.begin_nested():
            session.add(course)
            session.flush()
    except IntegrityError as error:
        raise Refused("code_taken") from error
    record(session, "course.create", "course", course.id)
    return course


def edit_course(session: ScopedSession, course: Course, facts: Mapping[str, Any]) -> None:
    """Change a course. Certificates that were given keep their days. Raises Refused, StaleDataError.

    Codes: `code_taken`; `required` when an instrument requires its certificate, and would find it no more.
    """
    taken = select(func.count()).where(
        Course.owner_tenant_id == course.owner_tenant_id, Course.code == facts["code"], Course.id != course.id
    )
    if session.scalar(taken):
        raise Refused("code_taken")
    goes = facts["code"] != course.code or (course.certificate_months and not facts["certificate_months"])
    if goes and requires_course(session, course.code):
        raise Refused("required")
    for name, value in facts.items():
        setattr(course, name, value)
    record(session, "course.edit", "course", course.id, details={"fields": sorted(facts)})
    session.flush()


def move_course(session: ScopedSession, actor: Actor, course: Course, step: str) -> None:
    """Publish or withdraw a course. Raises Refused."""
    COURSE.apply(session, course, step, actor)
    if step == "publish":
        record(session, "course.publish", "course", course.id)
    else:
        record(session, "course.withdraw", "course", course.id)
    session.flush()


def add_material(session: ScopedSession, actor: Actor, course: Course, facts: Mapping[str, Any]) -> CourseMaterial:
    """Publish a document of a course, as the next version of what has this title. Raises Refused(`version_taken`)."""
    last = session.scalar(
        select(func.max(CourseMaterial.number)).where(
            CourseMaterial.owner_tenant_id == course.owner_tenant_id,
            CourseMaterial.course_id == course.id,
            CourseMaterial.title == facts["title"],
        )
    )
    material = CourseMaterial(
        owner_tenant_id=course.owner_tenant_id,
        basin_id=course.basin_id,
        course_id=course.id,
        number=(last or 0) + 1,
        published_by=actor.display_name,
        **facts,
    )
    try:
        with session.begin_nested():
            session.add(material)
            session.flush()
    except IntegrityError as error:
        raise Refused("version_taken") from error
    record(session, "course.add_material", "course", course.id, details={"number": material.number})
    return material
