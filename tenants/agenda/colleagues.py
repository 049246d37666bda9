"""The agendas of colleagues: how busy they are, and what stands in the agenda of someone who left."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import Integer, Select, bindparam, func, select

from clais.actor import Actor
from clais.clock import today
from clais.database import HERE, ScopedSession, among, built_once
from clais.database.moments import moment
from clais.dates import day_bounds, monday_of
from clais.feature.handling import Anyone
from clais.identity.models import Membership
from clais.permissions import PermissionTable
from tenants.agenda.models import Appointment
from tenants.agenda.queries import UNSETTLED_DAYS, AppointmentWithPerson
from tenants.agenda.workflow import AHEAD
from tenants.people.following import heard_of
from tenants.people.models import Person
from tenants.people.queries import on_a_day


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
    session: ScopedSession, actor: Actor, table: PermissionTable, limit: int = 8
) -> list[AppointmentWithPerson]:
    """The appointments still to happen, or to settle, in the agenda of someone who left, of the people whom the actor
    follows; the earliest first.
    """
    values = {"here": session.scope.tenant_id, "member": actor.membership_id, "most": limit}
    found = session.execute(_of_the_gone(actor.permissions, table), values)
    return [(appointment, person) for appointment, person in found]


@built_once
def _of_the_gone(permissions: frozenset[str], table: PermissionTable) -> Select[Appointment, Person]:
    return (
        select(Appointment, Person)
        .join(Person, (Person.tenant_id == HERE) & (Person.id == Appointment.person_id))
        .join(Membership, (Membership.tenant_id == HERE) & (Membership.id == Appointment.agent_id))
        .where(
            Appointment.tenant_id == HERE,
            Membership.ended_at.is_not(None),
            among(Appointment.state, AHEAD),
            Appointment.starts_at > moment(timedelta(days=UNSETTLED_DAYS)),
            heard_of(Anyone(permissions), table),
        )
        .options(on_a_day())
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(bindparam("most", type_=Integer()))
    )
