"""The sessions of courses that a member attended and has not evaluated yet: nothing falls due by the clock."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.training.models import Course, CourseRun, CourseSeat, Registration
from clais.exchange.training.queries import courses_by_id, own_registrations, runs_by_id, seats_received
from tenants.self_assessments.models import SelfAssessment

ASKED_FOR = timedelta(days=90)
"""So long after a session its evaluation is asked for."""


class ToEvaluate(NamedTuple):
    """A session that was held, of a course that is evaluated."""

    run: CourseRun
    course: Course
    instrument_id: UUID


def asked_about(
    registrations: Collection[Registration], runs: Mapping[UUID, CourseRun], courses: Mapping[UUID, Course]
) -> dict[UUID, ToEvaluate]:
    """Registration → its session, for the sessions that were held of late, of courses that are evaluated."""
    found = {}
    for one in registrations:
        run, course = runs.get(one.course_run_id), courses.get(one.course_id)
        if run is None or course is None or course.evaluation_id is None or one.state != "approved":
            continue
        if run.state == "held" and run.ends_on >= today() - ASKED_FOR:
            found[one.id] = ToEvaluate(run, course, course.evaluation_id)
    return found


def to_evaluate(
    session: ScopedSession, membership_id: UUID, asked: Mapping[UUID, ToEvaluate], seats: Mapping[UUID, CourseSeat]
) -> list[ToEvaluate]:
    """Those that a member attended and has not evaluated yet; `asked` are `asked_about` their registrations."""
    there = [one for key, one in asked.items() if key in seats and seats[key].state == "attended"]
    if not there:
        return []
    done = select(SelfAssessment.course_run_id).where(
        SelfAssessment.tenant_id == session.scope.tenant_id,
        SelfAssessment.membership_id == membership_id,
        SelfAssessment.course_run_id.in_([one.run.id for one in there]),
        SelfAssessment.state == "finished",
    )
    finished = set(session.scalars(done))
    return [one for one in there if one.run.id not in finished]


def to_evaluate_of(session: ScopedSession, membership_id: UUID) -> list[ToEvaluate]:
    """The same, read for one member."""
    mine = own_registrations(session, membership_id)
    runs = runs_by_id(session, {one.course_run_id for one in mine})
    asked = asked_about(mine, runs, courses_by_id(session, {one.course_id for one in mine}))
    return to_evaluate(session, membership_id, asked, seats_received(session, list(asked)))
