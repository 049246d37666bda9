"""Somebody comes: by appointment, with a file, named by what they say, or without a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.due.actions import make_due
from clais.encryption import Keyring
from clais.sealing import seal
from tenants.agenda import actions as agenda
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import AHEAD
from tenants.desk.actions.evening import ERASE, evening_of
from tenants.desk.actions.periods import turn
from tenants.desk.choices import APPOINTMENT, WALK_IN
from tenants.desk.models import DiscreetScreen, Visit, VisitRequest
from tenants.desk.queries import is_here
from tenants.people.actions import lock_file
from tenants.people.models import Person

NAMES = ("family_name", "given_names", "birth_date", "phone")
"""What the desk asks of somebody whom it does not know."""


class AlreadyHere(Exception):  # noqa: N818 - the domain's word: nothing broke.
    """A colleague has noted the arrival of this person, who is still here."""


class NotExpected(Exception):  # noqa: N818 - the same.
    """The appointment is over, or on another day."""


def arrive(session: ScopedSession, actor: Actor, appointment: Appointment, person: Person) -> Visit:
    """Somebody comes to their appointment of today, before its hour or after; the agenda shows that they are there.

    Raises AlreadyHere, NotExpected.
    """
    _refuse_twice(session, person)
    session.refresh(appointment, with_for_update=True)
    if appointment.state not in AHEAD or appointment.arrived_at is not None:
        raise NotExpected
    moment = now()
    agenda.note_arrival(session, appointment, moment)
    visit = _visit(actor, moment, manner=APPOINTMENT, person_id=person.id, agent_id=appointment.agent_id)
    visit.appointment_id = appointment.id
    return _enter(session, visit)


def come_without_appointment(
    session: ScopedSession,
    actor: Actor,
    person: Person,
    *,
    theme: str | None = None,
    agent_id: UUID | None = None,
    manner: str = WALK_IN,
    sent_by: str | None = None,
) -> Visit:
    """Somebody with a file comes, calls, or is sent. Raises AlreadyHere."""
    _refuse_twice(session, person)
    visit = _visit(actor, now(), manner=manner, person_id=person.id, agent_id=agent_id, sent_by=sent_by)
    return _enter(session, visit, theme)


def come_unknown(
    session: ScopedSession,
    actor: Actor,
    keyring: Keyring,
    names: Mapping[str, Any],
    *,
    theme: str,
    agent_id: UUID | None = None,
    manner: str = WALK_IN,
    sent_by: str | None = None,
) -> Visit:
    """Somebody without a file comes, calls, or is sent. `names` has what they said of NAMES, sealed until the evening.

    Without any of them the visit is nobody's, and there is nothing to erase.
    """
    visit = _visit(actor, now(), manner=manner, agent_id=agent_id, sent_by=sent_by)
    said = {name: _text(names[name]) for name in NAMES if names.get(name)}
    if said:
        visit.sealed = seal(
            keyring, said, table=Visit.__tablename__, tenant_id=session.scope.tenant_id, row_id=visit.id
        )
    if said or sent_by:
        make_due(session, ERASE, at=evening_of(visit.arrived_on))
    return _enter(session, visit, theme)


def ask_more(session: ScopedSession, visit: Visit, theme: str) -> None:
    """Add something that is asked: the person keeps their place in the queue."""
    session.add(VisitRequest(visit_id=visit.id, theme=theme))
    record(session, "visit.ask", "visit", visit.id, person_id=visit.person_id, details={"topic": theme})
    session.flush()


def hide_names(session: ScopedSession, actor: Actor) -> None:
    """Show the actor initials at the desk from now on."""
    if session.scalar(_screen(session, actor)) is None:
        session.add(DiscreetScreen(membership_id=actor.membership_id))
        session.flush()


def show_names(session: ScopedSession, actor: Actor) -> None:
    """Show the actor names again."""
    screen = session.scalar(_screen(session, actor))
    if screen is not None:
        session.delete(screen)


def _screen(session: ScopedSession, actor: Actor) -> Any:
    return select(DiscreetScreen).where(
        DiscreetScreen.tenant_id == session.scope.tenant_id, DiscreetScreen.membership_id == actor.membership_id
    )


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _refuse_twice(session: ScopedSession, person: Person) -> None:
    # Of two colleagues who note one arrival the second waits for the first, and is then told.
    lock_file(session, person)
    if is_here(session, person.id):
        raise AlreadyHere


def _visit(actor: Actor, moment: datetime, **facts: Any) -> Visit:
    told = moment if facts.get("agent_id") else None
    return Visit(
        id=new_id(), arrived_on=today(), arrived_at=moment, told_at=told, recorded_by=actor.display_name, **facts
    )


def _enter(session: ScopedSession, visit: Visit, theme: str | None = None) -> Visit:
    session.add(visit)
    session.flush()
    turn(session, visit, visit.arrived_at)
    if theme:
        session.add(VisitRequest(visit_id=visit.id, theme=theme))
    details = {"manner": visit.manner}
    record(session, "visit.arrive", "visit", visit.id, person_id=visit.person_id, details=details)
    session.flush()
    return visit
