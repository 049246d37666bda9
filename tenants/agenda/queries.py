from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Date, Integer, Select, Uuid, bindparam, func, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from clais.clock import now, today
from clais.database import HERE, MEMBER, NIL, ScopedSession
from clais.database.keyset import FIRST
from clais.dates import day_bounds
from clais.registry.models import Tenant
from clais.thread import TENANT, Source
from clais.workflow import StateChange
from tenants.agenda.models import Appointment
from tenants.agenda.rules.hours import SEARCH_DAYS, next_free
from tenants.agenda.workflow import AHEAD, to_come
from tenants.follow_up.choices import UNFILED
from tenants.follow_up.models import Contact
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

LONGEST = timedelta(hours=8)
DAYS_WITHOUT_CONTACT = 30
WITHOUT_CONTACT_SETTING = "days_without_contact"
MANY = 200
UNSETTLED_DAYS = 60

AppointmentWithPerson = tuple[Appointment, Person]


def appointments_between(
    session: ScopedSession, begins: datetime, ends: datetime, agent_id: UUID | None = None
) -> list[AppointmentWithPerson]:
    """The appointments that start in [begins, ends[ with their person: an agent's, or the whole team's; by hour."""
    found = (
        select(Appointment, Person)
        .join(Person, (Person.tenant_id == session.scope.tenant_id) & (Person.id == Appointment.person_id))
        .where(
            Appointment.tenant_id == session.scope.tenant_id,
            Appointment.starts_at >= begins,
            Appointment.starts_at < ends,
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(MANY)
    )
    if agent_id is not None:
        found = found.where(Appointment.agent_id == agent_id)
    return [(appointment, person) for appointment, person in session.execute(found)]


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
            Appointment.state.in_(AHEAD) & (Appointment.starts_at > bindparam("unsettled_since")),
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
        Appointment.person_id.in_(bindparam("people", expanding=True)),
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
        or_(Appointment.starts_at >= bindparam("begins"), Appointment.state.in_(AHEAD)),
    )
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
            Appointment.state.in_(AHEAD),
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
            Appointment.state.in_(AHEAD),
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


def changes_of(session: ScopedSession, appointment_id: UUID) -> list[StateChange]:
    """The state changes of an appointment, newest first."""
    return list(
        session.scalars(
            select(StateChange)
            .where(StateChange.tenant_id == session.scope.tenant_id, StateChange.subject_id == appointment_id)
            .order_by(StateChange.happened_at.desc(), StateChange.id.desc())
        )
    )


_SETTINGS = select(Tenant.settings).where(Tenant.id == HERE)


def days_without_contact(session: ScopedSession) -> int:
    """The days without contact after which a file appears on its referent's day: the platform's setting, or 30."""
    settings = session.scalar(_SETTINGS, {"here": session.scope.tenant_id}) or {}
    chosen = settings.get(WITHOUT_CONTACT_SETTING)
    return chosen if isinstance(chosen, int) and chosen > 0 else DAYS_WITHOUT_CONTACT


LAST_SEEN = func.coalesce(Person.last_contact_on, Person.stage_since)

FileWithoutContact = tuple[Person, Contact | None, Appointment | None]


def without_contact(
    session: ScopedSession, referent_id: UUID, days: int, *, after: tuple[date, UUID] | None = None, limit: int = 30
) -> list[FileWithoutContact]:
    """A referent's open files without contact for `days` days or more, the longest first.

    Each comes with its newest contact or attempt and its next appointment. A file without any contact counts from the
    day of its stage.
    """
    last_day, last_id = after or (FIRST, NIL)
    values = {
        "here": session.scope.tenant_id,
        "member": referent_id,
        "since": today() - timedelta(days=days),
        "after_day": last_day,
        "after_id": last_id,
        "most": limit,
    }
    return [(person, contact, following) for person, contact, following in session.execute(_SILENT, values)]


def _without_contact() -> Select[Person, Contact, Appointment]:
    after = tuple_(bindparam("after_day", type_=Date()), bindparam("after_id", type_=Uuid()))
    page = (
        select(Person)
        .where(
            Person.tenant_id == HERE,
            Person.referent_id == MEMBER,
            Person.stage.in_(OPEN_STAGES),
            bindparam("since", type_=Date()) >= LAST_SEEN,
            tuple_(LAST_SEEN, Person.id) > after,
        )
        .order_by(LAST_SEEN, Person.id)
        .limit(bindparam("most", type_=Integer()))
    )
    files = aliased(Person, page.subquery())
    newest = (
        select(Contact)
        .where(Contact.tenant_id == HERE, Contact.person_id == files.id, Contact.outcome != UNFILED)
        .order_by(Contact.happened_on.desc(), Contact.id.desc())
        .limit(1)
        .lateral()
    )
    following = (
        select(Appointment)
        .where(Appointment.tenant_id == HERE, Appointment.person_id == files.id, to_come())
        .order_by(Appointment.starts_at)
        .limit(1)
        .lateral()
    )
    last, coming = aliased(Contact, newest), aliased(Appointment, following)
    return (
        select(files, last, coming)
        .select_from(files)
        .outerjoin(last, true())
        .outerjoin(coming, true())
        .order_by(func.coalesce(files.last_contact_on, files.stage_since), files.id)
    )


_SILENT = _without_contact()
