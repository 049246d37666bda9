"""The agendas of colleagues: how busy they are, and what stands in the agenda of someone who left."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import day_bounds, monday_of
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from tenants.agenda.models import Appointment
from tenants.agenda.queries import UNSETTLED_DAYS, AppointmentWithPerson
from tenants.agenda.workflow import AHEAD
from tenants.people.following import followed_by
from tenants.people.models import Person


def appointments_of_week(session: ScopedSession) -> dict[UUID, int]:
    """Membership → the number of appointments in this week that were not cancelled."""
    begins, ends = day_bounds(monday_of(today()), 7)
    rows = session.execute(
        select(Appointment.agent_id, func.count())
        .where(
            Appointment.tenant_id == session.scope.tenant_id,
            Appointment.starts_at >= begins,
            Appointment.starts_at < ends,
            Appointment.state != "cancelled",
        )
        .group_by(Appointment.agent_id)
    )
    return {row[0]: row[1] for row in rows}


def of_the_gone(
    session: ScopedSession, membership_id: UUID, table: PermissionTable, limit: int = 8
) -> list[AppointmentWithPerson]:
    """The appointments still to happen, or to settle, in the agenda of someone who left, of the people whom a member
    follows; the earliest first.
    """
    found = (
        select(Appointment, Person)
        .join(Person, (Person.tenant_id == session.scope.tenant_id) & (Person.id == Appointment.person_id))
        .join(Membership, (Membership.tenant_id == session.scope.tenant_id) & (Membership.id == Appointment.agent_id))
        .where(
            Appointment.tenant_id == session.scope.tenant_id,
            Membership.ended_at.is_not(None),
            Appointment.state.in_(AHEAD),
            Appointment.starts_at > now() - timedelta(days=UNSETTLED_DAYS),
            Person.id.in_(followed_by(session.scope.tenant_id, membership_id, table)),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(limit)
    )
    return [(appointment, person) for appointment, person in session.execute(found)]
