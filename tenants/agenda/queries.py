from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Uuid, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from clais.clock import now, today
from clais.database import HERE, MEMBER, ScopedSession, among
from clais.dates import day_bounds
from clais.thread import TENANT, Source
from clais.workflow import StateChange
from tenants.agenda.models import Appointment
from tenants.agenda.rules.hours import SEARCH_DAYS, next_free
from tenants.agenda.workflow import AHEAD, to_come
from tenants.follow_up.models import Contact
from tenants.people.models import Person
from tenants.people.queries import on_a_day

LONGEST = timedelta(hours=8)
MANY = 200
UNSETTLED_DAYS = 60

AppointmentWithPerson = tuple[Appointment, Person]


_BETWEEN = (
    select(Appointment, Person)
    .join(Person, (Person.tenant_id == HERE) & (Person.id == Appointment.person_id))
    .where(
        Appointment.tenant_id == HERE,
        Appointment.starts_at >= bindparam("begins"),
        Appointment.starts_at < bindparam("ends"),
    )
    .options(on_a_day())
    .order_by(Appointment.starts_at, Appointment.id)
    .limit(MANY)
)
_BETWEEN_OF_ONE = _BETWEEN.where(Appointment.agent_id == MEMBER)


def appointments_between(
    session: ScopedSession, begins: datetime, ends: datetime, agent_id: UUID | None = None
) -> list[AppointmentWithPerson]:
    """The appointments that start in [begins, ends[ with their person: an agent's, or the whole team's; by hour."""
    values = {"here": session.scope.tenant_id, "begins": begins, "ends": ends}
    found = (
        session.execute(_BETWEEN, values)
        if agent_id is None
        else session.execute(_BETWEEN_OF_ONE, values | {"member": agent_id})
    )
    return [(appointment, person) for appointment, person in found]


OF_A_PERSON = Source(
    Appointment.person_id,
    {
        "id": Appointment.id,
        "starts_at": Appointment.starts_at,
        "purpose": Appointment.purpose,
        "agent_name": Appointment.agent_name,
        "state": Appointment.state,
        "summary": select(Contact.summary)
        .where(Contact.tenant_id == TENANT, Contact.appointment_id == Appointment.id)
        .correlate(Appointment)
        .scalar_subquery(),
    },
    order=(Appointment.starts_at.desc(), Appointment.id.desc()),
)
"""The appointments of a person, each with the summary of its interview."""


_OPEN = (
    select(Appointment)
    .where(
        Appointment.tenant_id == HERE,
        Appointment.person_id == bindparam("person"),
        or_(
            among(Appointment.state, AHEAD) & (Appointment.starts_at > bindparam("unsettled_since")),
            Appointment.starts_at >= bindparam("begins"),
        ),
    )
    .order_by(Appointment.starts_at < bindparam("begins"), Appointment.starts_at)
    .limit(bindparam("most", type_=Integer()))
)


def open_appointments_of(session: ScopedSession, person_id: UUID, limit: int = 4) -> list[Appointment]:
    """A person's appointments of today and to come, by hour, then the past ones without an outcome yet."""
    values = {
        "here": session.scope.tenant_id,
        "person": person_id,
        "unsettled_since": now() - timedelta(days=UNSETTLED_DAYS),
        "begins": day_bounds(today())[0],
        "most": limit,
    }
    return list(session.scalars(_OPEN, values))


def appointments_to_come(session: ScopedSession, person_id: UUID) -> list[Appointment]:
    """A person's appointments that still have to happen, the earliest first."""
    return list(
        session.scalars(
            select(Appointment)
            .where(
                Appointment.tenant_id == session.scope.tenant_id,
                Appointment.person_id == person_id,
                to_come(),
            )
            .order_by(Appointment.starts_at, Appointment.id)
        )
    )


_NEXT = (
    select(Appointment)
    .where(
        Appointment.tenant_id == HERE,
        Appointment.person_id == any_(bindparam("people", type_=ARRAY(Uuid()))),
        to_come(),
    )
    .ext(distinct_on(Appointment.person_id))
    .order_by(Appointment.person_id, Appointment.starts_at)
)


def next_appointments(session: ScopedSession, person_ids: Sequence[UUID]) -> dict[UUID, Appointment]:
    """The next appointment of each of several people."""
    if not person_ids:
        return {}
    found = session.scalars(_NEXT, {"here": session.scope.tenant_id, "people": person_ids})
    return {appointment.person_id: appointment for appointment in found}


_DAY_AND_UNSETTLED = (
    select(Appointment, Person)
    .join(Person, (Person.tenant_id == HERE) & (Person.id == Appointment.person_id))
    .where(
        Appointment.tenant_id == HERE,
        Appointment.agent_id == MEMBER,
        Appointment.starts_at > bindparam("unsettled_since"),
        Appointment.starts_at < bindparam("ends"),
        or_(Appointment.starts_at >= bindparam("begins"), among(Appointment.state, AHEAD)),
    )
    .options(on_a_day())
    # Today comes first, so that the limit never cuts it off behind a long backlog.
    .order_by((Appointment.starts_at < bindparam("begins")), Appointment.starts_at, Appointment.id)
    .limit(MANY)
)


def day_and_unsettled(
    session: ScopedSession, agent_id: UUID
) -> tuple[list[AppointmentWithPerson], list[AppointmentWithPerson]]:
    """An agent's appointments of today, by hour; and the past ones without an outcome.

    One statement reads both: the page « My day » needs both.
    """
    begins, ends = day_bounds(today())
    values = {
        "here": session.scope.tenant_id,
        "member": agent_id,
        "unsettled_since": begins - timedelta(days=UNSETTLED_DAYS),
        "begins": begins,
        "ends": ends,
    }
    pairs = [(appointment, person) for appointment, person in session.execute(_DAY_AND_UNSETTLED, values)]
    split = next((place for place, pair in enumerate(pairs) if pair[0].starts_at < begins), len(pairs))
    return pairs[:split], pairs[split:]


def overlapping(
    session: ScopedSession,
    *,
    agent_id: UUID,
    person_id: UUID,
    starts_at: datetime,
    minutes: int,
    excluding: UUID | None = None,
) -> list[AppointmentWithPerson]:
    """The appointments of the agent or of the person that overlap this period."""
    ends_at = starts_at + timedelta(minutes=minutes)
    found = (
        select(Appointment, Person)
        .join(Person, (Person.tenant_id == session.scope.tenant_id) & (Person.id == Appointment.person_id))
        .where(
            Appointment.tenant_id == session.scope.tenant_id,
            or_(Appointment.agent_id == agent_id, Appointment.person_id == person_id),
            among(Appointment.state, AHEAD),
            # The bounds let the index work; the end is compared afterwards, among a handful of rows.
            Appointment.starts_at > starts_at - LONGEST,
            Appointment.starts_at < ends_at,
            Appointment.starts_at + func.make_interval(0, 0, 0, 0, 0, Appointment.minutes) > starts_at,
        )
        .order_by(Appointment.starts_at)
    )
    if excluding is not None:
        found = found.where(Appointment.id != excluding)
    return [(appointment, person) for appointment, person in session.execute(found)]


def next_free_moment(session: ScopedSession, agent_id: UUID, after: datetime, minutes: int) -> datetime:
    """The next half hour of the office at which an agent is free for `minutes`."""
    rows = session.execute(
        select(Appointment.starts_at, Appointment.minutes).where(
            Appointment.tenant_id == session.scope.tenant_id,
            Appointment.agent_id == agent_id,
            among(Appointment.state, AHEAD),
            Appointment.starts_at > after - LONGEST,
            Appointment.starts_at < after + timedelta(days=SEARCH_DAYS + 1),
        )
    )
    return next_free([(starts, starts + timedelta(minutes=length)) for starts, length in rows], after, minutes)


def state_before(session: ScopedSession, appointment: Appointment) -> str | None:
    """The state that an appointment had before its present one."""
    return session.scalar(
        select(StateChange.source)
        .where(
            StateChange.tenant_id == session.scope.tenant_id,
            StateChange.subject_id == appointment.id,
            StateChange.target == appointment.state,
        )
        .order_by(StateChange.happened_at.desc(), StateChange.id.desc())
        .limit(1)
    )
