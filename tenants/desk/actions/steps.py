"""The steps of a visit: who receives, what waits, how it ends; and each of them taken back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import day_of
from clais.registry.models import Partner
from clais.workflow import Refused
from tenants.agenda import actions as agenda
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import AHEAD
from tenants.desk.actions.periods import periods_of, turn, turn_back
from tenants.desk.choices import CHANNEL_OF_MANNER
from tenants.desk.models import Visit, VisitRequest
from tenants.desk.queries import in_line, is_here
from tenants.desk.rules.queue import next_for
from tenants.desk.workflow import BEFORE_THE_LAST_STEP, HERE, REQUEST, REQUEST_OF_END, VISIT
from tenants.intake.actions import note_information_request
from tenants.people.models import Person


def receive(session: ScopedSession, actor: Actor, visit: Visit, agent_id: UUID | None = None) -> None:
    """Somebody has gone in, to `agent_id` or whom they wait for; without either to the actor.

    An appointment is kept with that: the agenda says so, and the file has its contact. Raises Refused.
    """
    visit.agent_id = agent_id or visit.agent_id or actor.membership_id
    _step(session, actor, visit, "receive", agent_id=visit.agent_id)
    appointment = _appointment(session, visit)
    if appointment is not None and appointment.state in AHEAD:
        agenda.come(session, appointment, session.get_one(Person, (visit.tenant_id, visit.person_id)), actor)


def invite_next(session: ScopedSession, actor: Actor) -> Visit | None:
    """Receive whoever is next for the actor; None when nobody waits for them. Raises Refused."""
    found = next_for(actor.membership_id, in_line(session))
    if found is None:
        return None
    visit = session.get_one(Visit, (session.scope.tenant_id, found.visit_id))
    receive(session, actor, visit, actor.membership_id)
    return visit


def hold(session: ScopedSession, actor: Actor, visit: Visit, reason: str) -> None:
    """Put a visit on hold. Raises Refused."""
    _step(session, actor, visit, "hold", reason=reason)


def resume(session: ScopedSession, actor: Actor, visit: Visit) -> None:
    """Go on with a visit that was on hold, with whom it was made for. Raises Refused."""
    visit.agent_id = visit.agent_id or actor.membership_id
    _step(session, actor, visit, "resume", agent_id=visit.agent_id)


def take_step(session: ScopedSession, actor: Actor, visit: Visit, name: str) -> None:
    """Take a step that asks for nothing: finish, queue, leave, cancel. Raises Refused."""
    _step(session, actor, visit, name)
    if name in {"leave", "cancel"}:
        _say_gone(session, visit, None)


def count(session: ScopedSession, actor: Actor, visit: Visit) -> None:
    """End the visit of somebody without a name who only had a question: it is counted by its theme. Raises Refused."""
    for asked in requests_of(session, visit):
        note_information_request(session, actor, question_of(visit.manner, asked.theme))
    _step(session, actor, visit, "count")


def question_of(manner: str, theme: str) -> dict[str, str]:
    """A question of two minutes as it is counted: answered on the spot, nothing that names anyone."""
    return {"topic": theme, "answer": "informed", "channel": CHANNEL_OF_MANNER.get(manner, "visit")}


def direct(session: ScopedSession, actor: Actor, visit: Visit, partner: Partner, reason: str) -> None:
    """Direct somebody to a partner of the platform, for a reason. Raises Refused."""
    visit.sent_to_id, visit.sent_reason = partner.id, reason
    _step(session, actor, visit, "direct", reason=reason)
    _say_gone(session, visit, None)


def choose_agent(session: ScopedSession, visit: Visit, agent_id: UUID) -> None:
    """Say with whom somebody waits; the agent is told. Raises Refused('wrong_state') when they do not wait."""
    if visit.state != "waiting":
        raise Refused("wrong_state")
    visit.agent_id, visit.told_at = agent_id, now()
    details = {"agent": str(agent_id)}
    record(session, "visit.assign", "visit", visit.id, person_id=visit.person_id, details=details)
    session.flush()


def call_again(session: ScopedSession, visit: Visit) -> None:
    """Tell the agent again. Raises Refused('wrong_state') when nobody waits for one."""
    if visit.state != "waiting" or visit.agent_id is None:
        raise Refused("wrong_state")
    choose_agent(session, visit, visit.agent_id)


def undo(session: ScopedSession, actor: Actor, visit: Visit) -> None:
    """Take the last step back on its day, with the hours that it made and what it told the agenda.

    Raises Refused('too_late') when there is none, Refused('wrong_state') for somebody who has come again since, and
    what the agenda raises: a contact with a text stays.
    """
    before, ended = visit.state_before, visit.state not in HERE
    if before is None or day_of(visit.updated_at) != today():
        raise Refused("too_late")
    if ended and visit.person_id is not None and is_here(session, visit.person_id):
        raise Refused("wrong_state")
    took_in = visit.state == "received" and before == "waiting"
    sent_away = visit.state in {"left", "directed", "cancelled"}
    VISIT.apply(session, visit, f"{BEFORE_THE_LAST_STEP}{before}", actor)
    visit.state_before, visit.sent_to_id, visit.sent_reason, visit.reliable = None, None, None, True
    turn_back(session, visit)
    session.flush()
    if ended:
        _settle_requests(session, actor, visit, "ask_again")
    if sent_away:
        _say_gone(session, visit, visit.arrived_at)
    if took_in and all(period.kind != "served" for period in periods_of(session, visit)):
        _expect_again(session, actor, visit)
    record(session, "visit.undo", "visit", visit.id, person_id=visit.person_id)


def settle(session: ScopedSession, actor: Actor, visit: Visit, name: str, moment: datetime, *, reliable: bool) -> None:
    """Say in the evening what happened to a visit that nobody closed. Raises Refused."""
    visit.reliable = reliable
    _step(session, actor, visit, name, moment=moment)


def requests_of(session: ScopedSession, visit: Visit) -> list[VisitRequest]:
    """What was asked during a visit, in order."""
    return list(
        session.scalars(
            select(VisitRequest)
            .where(VisitRequest.tenant_id == session.scope.tenant_id, VisitRequest.visit_id == visit.id)
            .order_by(VisitRequest.created_at, VisitRequest.id)
        )
    )


def _step(
    session: ScopedSession,
    actor: Actor,
    visit: Visit,
    name: str,
    *,
    agent_id: UUID | None = None,
    reason: str | None = None,
    moment: datetime | None = None,
) -> None:
    before = visit.state
    VISIT.apply(session, visit, name, actor, reason=reason)
    visit.state_before = before
    # The row comes first: of two colleagues the second is refused here, before anything of the hours is written.
    session.flush()
    turn(session, visit, moment or now(), agent_id=agent_id, reason=reason if visit.state == "on_hold" else None)
    if visit.state in REQUEST_OF_END:
        _settle_requests(session, actor, visit, REQUEST_OF_END[visit.state])
    details = {"reason": reason} if reason else None
    record(session, f"visit.{name}", "visit", visit.id, person_id=visit.person_id, details=details)
    session.flush()


def _settle_requests(session: ScopedSession, actor: Actor, visit: Visit, name: str) -> None:
    for asked in requests_of(session, visit):
        if any(step.name == name and asked.state in step.sources for step in REQUEST.transitions):
            REQUEST.apply(session, asked, name, actor)
    session.flush()


def _appointment(session: ScopedSession, visit: Visit) -> Appointment | None:
    return session.get(Appointment, (visit.tenant_id, visit.appointment_id)) if visit.appointment_id else None


def _say_gone(session: ScopedSession, visit: Visit, arrived_at: datetime | None) -> None:
    appointment = _appointment(session, visit)
    if appointment is not None and appointment.state in AHEAD:
        agenda.note_arrival(session, appointment, arrived_at)


def _expect_again(session: ScopedSession, actor: Actor, visit: Visit) -> None:
    appointment = _appointment(session, visit)
    if appointment is not None and appointment.state == "came":
        agenda.undo(session, appointment, session.get_one(Person, (visit.tenant_id, visit.person_id)), actor)
