"""The sentences of the trail about courses, sessions, seats and certificates."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.training.models import Certificate, Course, CourseRun
from clais.feature.trail import Trail
from clais.translation import N_
from support_center.training.schemas import CourseFactsSchema, RunSchema


def course_names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The titles of some own courses."""
    own = (Course.owner_tenant_id == session.scope.tenant_id, Course.id.in_(ids))
    return {row.id: row.title for row in session.execute(select(Course.id, Course.title).where(*own))}


def run_names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The courses and places of some own sessions."""
    own = (CourseRun.tenant_id == session.scope.tenant_id, CourseRun.id.in_(ids))
    runs = list(session.scalars(select(CourseRun).where(*own)))
    titles = course_names(session, {run.course_id for run in runs})
    return {run.id: f"{titles.get(run.course_id, '')}, {run.place}" for run in runs}


def numbers(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """The numbers of some certificates that were given here."""
    own = (Certificate.tenant_id == session.scope.tenant_id, Certificate.id.in_(ids))
    return {row.id: row.number for row in session.execute(select(Certificate.id, Certificate.number).where(*own))}


def fields() -> Mapping[str, str]:
    """The labels of the fields of a course and of a session."""
    facts = RunSchema().load_fields | CourseFactsSchema().load_fields
    return {name: str(field.metadata["label"]) for name, field in facts.items()}


TRAIL = Trail(
    verbs={
        "course.create": N_("%(who)s wrote a course"),
        "course.edit": N_("%(who)s changed a course"),
        "course.publish": N_("%(who)s published a course"),
        "course.withdraw": N_("%(who)s withdrew a course"),
        "course.add_material": N_("%(who)s published a document of a course"),
        "course_run.plan": N_("%(who)s planned a session of a course"),
        "course_run.edit": N_("%(who)s changed a session of a course"),
        "course_run.confirm": N_("%(who)s confirmed a session of a course"),
        "course_run.cancel": N_("%(who)s cancelled a session of a course"),
        "course_run.mark": N_("%(who)s said who was at a session of a course"),
        "course_run.close": N_("%(who)s closed a session of a course"),
        "course_seat.give": N_("%(who)s gave a seat in a course"),
        "course_seat.queue": N_("%(who)s put an agent on the waiting list of a course"),
        "course_seat.release": N_("%(who)s took a seat in a course back"),
        "certificate.keep_evidence": N_("%(who)s kept the document behind a certificate"),
        "certificate.read_evidence": N_("%(who)s opened the document behind a certificate"),
        "certificate.erase_evidence": N_("%(who)s erased the document behind a certificate"),
        "certificate.give": N_("%(who)s gave a certificate"),
        "certificate.revoke": N_("%(who)s withdrew a certificate"),
    },
    fields=fields,
    names={"course": course_names, "course_run": run_names, "certificate": numbers},
)
