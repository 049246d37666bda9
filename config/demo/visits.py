"""The desk on the morning on which the demo is looked at: who is here, who has gone. Written when the rest is there."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession, unit_of_work
from clais.dates import day_bounds
from clais.encryption import Keyring
from clais.registry.models import Partner
from config.demo.engine.acting import actor_of, scope_of
from config.demo.engine.desk import Colleague, Desk
from config.demo.engine.texts import read
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import AHEAD
from tenants.desk.actions import arrivals, steps
from tenants.desk.actions.elsewhere import mail_to
from tenants.desk.actions.periods import periods_of
from tenants.desk.models import Visit
from tenants.desk.queries import is_here
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES

MAY = frozenset({"desk.write", "appointment.write"})
EARLY = timedelta(minutes=8)
"""So long ago the person of the next appointment has come."""


def open_desk(engine: Engine, desk: Desk, keyring: Keyring) -> None:
    """Let people come to the desk of a platform, through the actions, and put their hours back by some minutes."""
    clerk = next(iter(desk.of_role("receptionist")), None) or desk.of_role("agent")[0]
    agents = desk.of_role("agent")
    actor = actor_of(desk, clerk, MAY)
    with unit_of_work(engine, scope_of(desk, clerk), actor) as session:
        if session.scalar(select(Visit.id).where(Visit.tenant_id == desk.tenant_id).limit(1)) is not None:
            return
        texts = read("desk")
        _next_appointment(session, actor)
        for said, person in zip(texts["known"], _people(session, len(texts["known"])), strict=False):
            if not is_here(session, person.id):
                _known(session, actor, agents, person, said)
        for said in texts["strangers"]:
            names = {name: said[name] for name in ("family_name", "given_names", "phone")}
            visit = arrivals.come_unknown(session, actor, keyring, names, theme=said["theme"])
            _came(session, visit, _ago(said["minutes"]))
            if "directed" in said:
                _directed(session, actor, visit, said["directed"])


def _ago(minutes: int) -> datetime:
    return now() - timedelta(minutes=minutes)


def _people(session: ScopedSession, count: int) -> Sequence[Person]:
    return session.scalars(
        select(Person)
        .where(
            Person.tenant_id == session.scope.tenant_id, Person.stage.in_(OPEN_STAGES), Person.referent_id.is_not(None)
        )
        .order_by(Person.reference.desc())
        .offset(3)
        .limit(count)
    ).all()


def _next_appointment(session: ScopedSession, actor: Actor) -> None:
    """Whoever has the next appointment of today has come before its hour."""
    begins, ends = day_bounds(today())
    found = session.execute(
        select(Appointment, Person)
        .join(Person, (Person.tenant_id == Appointment.tenant_id) & (Person.id == Appointment.person_id))
        .where(
            Appointment.tenant_id == session.scope.tenant_id,
            Appointment.starts_at >= max(begins, now()),
            Appointment.starts_at < ends,
            Appointment.state.in_(AHEAD),
            Appointment.purpose != "phone",
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(1)
    ).first()
    if found is not None:
        appointment, person = found
        visit = arrivals.arrive(session, actor, appointment, person)
        appointment.arrived_at = now() - EARLY
        _came(session, visit, now() - EARLY)


def _known(
    session: ScopedSession, actor: Actor, agents: Sequence[Colleague], person: Person, said: dict[str, Any]
) -> None:
    agent = next((one for one in agents if one.membership_id == person.referent_id), agents[-1])
    visit = arrivals.come_without_appointment(
        session, actor, person, theme=said["theme"], agent_id=agent.membership_id, manner=said["manner"],
        sent_by=said.get("sent_by"),
    )  # fmt: skip
    came = _ago(said["minutes"])
    _came(session, visit, came)
    if "received_after" in said:
        steps.receive(session, actor, visit, agent.membership_id)
        _turned(session, visit, came + timedelta(minutes=said["received_after"]))
    if "left_after" in said:
        steps.take_step(session, actor, visit, "leave")
        _turned(session, visit, came + timedelta(minutes=said["left_after"]))
    if "ends_after" in said:
        steps.take_step(session, actor, visit, "finish")
        _turned(session, visit, came + timedelta(minutes=said["ends_after"]))


def _directed(session: ScopedSession, actor: Actor, visit: Visit, told: dict[str, Any]) -> None:
    """Somebody is directed to a partner, and gets a mail that says where to go."""
    wanted = select(Partner).where(Partner.tenant_id == visit.tenant_id, Partner.kind == told["kind"])
    partner = session.scalars(wanted.order_by(Partner.name).limit(1)).one()
    steps.direct(session, actor, visit, partner, told["reason"])
    _turned(session, visit, visit.arrived_at + timedelta(minutes=told["after"]))
    mail_to(session, visit, partner, told["email"], told["language"], sent_as=str(visit.id))


def _came(session: ScopedSession, visit: Visit, moment: datetime) -> None:
    visit.arrived_at = moment
    visit.told_at = moment if visit.told_at else None
    periods_of(session, visit)[0].began_at = moment
    session.flush()


def _turned(session: ScopedSession, visit: Visit, moment: datetime) -> None:
    """Put the last turn of a visit at a moment."""
    *before, last = periods_of(session, visit)
    if last.ended_at is None:
        before[-1].ended_at = moment
        last.began_at = moment
    else:
        last.ended_at = moment
    session.flush()
