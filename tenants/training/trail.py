"""The sentences of the trail about registrations."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.exchange.training.models import Registration
from clais.exchange.training.queries import courses_by_id
from clais.feature.trail import Trail
from clais.translation import N_


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """Whom and which course some registrations are about."""
    own = (Registration.tenant_id == session.scope.tenant_id, Registration.id.in_(ids))
    rows = list(session.scalars(select(Registration).where(*own)))
    courses = courses_by_id(session, {row.course_id for row in rows})
    return {
        row.id: ", ".join(
            filter(None, (row.member_name, courses[row.course_id].title if row.course_id in courses else ""))
        )
        for row in rows
    }


TRAIL = Trail(
    verbs={
        "registration.ask": N_("%(who)s asked for a seat in a course"),
        "registration.approve": N_("%(who)s approved a registration for a course"),
        "registration.decline": N_("%(who)s declined a registration for a course"),
        "registration.cancel": N_("%(who)s took a registration for a course back"),
    },
    names={"registration": names},
)
