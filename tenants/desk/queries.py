from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect, Select, and_, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by

from clais.clock import now, today
from clais.database import HERE, MEMBER, ScopedSession, among
from clais.dates import day_bounds
from clais.thread import Source
from tenants.agenda.models import Appointment
from tenants.desk.models import IS_HERE, DiscreetScreen, Visit, VisitPeriod, VisitRequest
from tenants.desk.rules.queue import InLine
from tenants.desk.workflow import HERE as GOING_ON
from tenants.people.models import Person
from tenants.people.queries import on_a_day

MOST = 300
MOST_COUNTED = 99


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a visit as its page reads it."""

    kind: str
    began_at: datetime
    ended_at: datetime | None
    agent_id: UUID | None
    reason: str | None

    def minutes(self) -> int:
        """How long it lasts, or has lasted."""
        return int(((self.ended_at or now()) - self.began_at).total_seconds() // 60)


@dataclass(frozen=True, slots=True)
class Seen:
    """A visit with all that the desk shows of it."""

    visit: Visit
    person: Person | None
    themes: Sequence[str]
    periods: Sequence[Period]
    expected_at: datetime | None
    purpose: str | None

    @property
    def goes_on(self) -> bool:
        """Whether they are still here."""
        return self.visit.state in GOING_ON

    @property
    def waited(self) -> int:
        """The minutes of waiting, together."""
        return sum(period.minutes() for period in self.periods if period.kind == "waiting")

    @property
    def current(self) -> Period | None:
        """The stretch that goes on."""
        return next((period for period in self.periods if period.ended_at is None), None)


_THEMES = (
    select(func.jsonb_agg(aggregate_order_by(VisitRequest.theme, VisitRequest.created_at, VisitRequest.id)))
    .where(VisitRequest.tenant_id == HERE, VisitRequest.visit_id == Visit.id)
    .correlate(Visit)
    .scalar_subquery()
)
_PERIODS = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    VisitPeriod.kind,
                    VisitPeriod.began_at,
                    VisitPeriod.ended_at,
                    VisitPeriod.agent_id,
                    VisitPeriod.reason,
                    type_=JSONB(),
                ),
                VisitPeriod.began_at,
                VisitPeriod.id,
            )
        )
    )
    .where(VisitPeriod.tenant_id == HERE, VisitPeriod.visit_id == Visit.id)
    .correlate(Visit)
    .scalar_subquery()
)


def _seen() -> Select[Any]:
    return (
        select(Visit, Person, _THEMES, _PERIODS, Appointment.starts_at, Appointment.purpose)
        .outerjoin(Person, and_(Person.tenant_id == HERE, Person.id == Visit.person_id))
        .outerjoin(Appointment, and_(Appointment.tenant_id == HERE, Appointment.id == Visit.appointment_id))
        .where(Visit.tenant_id == HERE)
        .options(on_a_day())
        .order_by(Visit.arrived_at, Visit.id)
        .limit(MOST)
    )


_SINCE = timedelta(days=7)
_OF_THE_DAY = _seen().where(
    or_(
        Visit.arrived_on == bindparam("day"),
        among(Visit.state, GOING_ON),
        # What was said today of earlier days can be taken back today.
        and_(Visit.arrived_on > bindparam("first"), Visit.updated_at >= bindparam("begins")),
    )
)
_ONE = _seen().where(Visit.id == bindparam("visit"))
_NAMED = Visit.person_id.is_not(None) | Visit.sealed.is_not(None)
_WAITING_FOR = _seen().where(
    Visit.arrived_on == bindparam("day"),
    Visit.state == text("'waiting'"),
    # A question without a name is the desk's own.
    or_(Visit.agent_id == MEMBER, Visit.agent_id.is_(None) & _NAMED),
)


def visits_of_today(session: ScopedSession) -> list[Seen]:
    """The visits of today in the order of arrival, and before them those of earlier days that nobody closed, or
    somebody today.
    """
    begins, _ends = day_bounds(today())
    return _read(session, _OF_THE_DAY, day=today(), first=today() - _SINCE, begins=begins)


def visit_seen(session: ScopedSession, visit_id: UUID) -> Seen:
    """One visit of the tenant at work. Raises LookupError without it."""
    found = _read(session, _ONE, visit=visit_id)
    if not found:
        raise LookupError(visit_id)
    return found[0]


def waiting_for(session: ScopedSession, member_id: UUID) -> list[Seen]:
    """Who waits today for a member, or for the first who is free."""
    return _read(session, _WAITING_FOR, day=today(), member=member_id)


def is_here(session: ScopedSession, person_id: UUID) -> bool:
    """Whether a person is at the desk today, by a visit that goes on."""
    here = select(Visit.id).where(
        Visit.tenant_id == session.scope.tenant_id,
        Visit.person_id == person_id,
        Visit.arrived_on == today(),
        among(Visit.state, GOING_ON),
    )
    return session.scalar(here.limit(1)) is not None


def in_line(session: ScopedSession) -> list[InLine]:
    """Everybody who waits today, with what gives them their turn."""
    rows = session.execute(
        select(Visit.id, Visit.agent_id, Visit.arrived_at, Appointment.starts_at)
        .outerjoin(
            Appointment,
            and_(Appointment.tenant_id == session.scope.tenant_id, Appointment.id == Visit.appointment_id),
        )
        .where(
            Visit.tenant_id == session.scope.tenant_id, Visit.arrived_on == today(), Visit.state == text("'waiting'")
        )
    )
    return [InLine(*row) for row in rows]


def waiting_count(tenant_id: UUID | BindParameter[UUID]) -> ScalarSelect[int]:
    """The query that counts who waits at the desk; the rail joins it into its statement."""
    # The condition of the partial index as it stands there, so that every plan can use it.
    some = select(Visit.id).where(Visit.tenant_id == tenant_id, text(f"({IS_HERE})"), Visit.state == text("'waiting'"))
    return select(func.count()).select_from(some.limit(MOST_COUNTED).subquery()).scalar_subquery()


_SCREEN = select(DiscreetScreen.id).where(DiscreetScreen.tenant_id == HERE, DiscreetScreen.membership_id == MEMBER)


def is_discreet(session: ScopedSession, member_id: UUID) -> bool:
    """Whether others can see the screen of a member."""
    return session.scalar(_SCREEN, {"here": session.scope.tenant_id, "member": member_id}) is not None


OF_A_PERSON = Source(
    Visit.person_id,
    {
        "id": Visit.id,
        "arrived_at": Visit.arrived_at,
        "manner": Visit.manner,
        "state": Visit.state,
        "recorded_by": Visit.recorded_by,
        "appointment_id": Visit.appointment_id,
    },
    order=(Visit.arrived_at.desc(), Visit.id.desc()),
    where=(Visit.state != text("'cancelled'"),),
)
"""The visits of a person."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The day in numbers. Of the hours only those that are reliable are counted."""

    came: int
    left: int
    directed: int
    waited: int | None
    """The median of the minutes until somebody was received; None when nobody was."""
    doubtful: int


def figures_of(seen: Sequence[Seen]) -> Figures:
    """The numbers of the visits of today, out of what the page has read."""
    of_today = [one for one in seen if one.visit.arrived_on == today() and one.visit.state != "cancelled"]
    received = [one for one in of_today if any(period.kind == "served" for period in one.periods)]
    waits = [one.waited for one in received if one.visit.reliable]
    return Figures(
        came=len(of_today),
        left=sum(one.visit.state == "left" for one in of_today),
        directed=sum(one.visit.state == "directed" for one in of_today),
        waited=round(median(waits)) if waits else None,
        doubtful=sum(not one.visit.reliable for one in of_today),
    )


def _read(session: ScopedSession, statement: Select[Any], **values: Any) -> list[Seen]:
    rows = session.execute(statement, {"here": session.scope.tenant_id, **values})
    return [
        Seen(visit, person, themes or (), [_period(facts) for facts in periods or ()], starts_at, purpose)
        for visit, person, themes, periods, starts_at, purpose in rows
    ]


def _period(facts: Sequence[Any]) -> Period:
    kind, began, ended, agent, reason = facts
    return Period(
        kind,
        datetime.fromisoformat(began),
        datetime.fromisoformat(ended) if ended else None,
        UUID(agent) if agent else None,
        reason,
    )
