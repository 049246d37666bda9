"""What the support centre corrects: an answer that is taken back, and the seat that follows it."""

from sqlalchemy import select

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.publications.queries import sessions_by_id
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.workflow import last_change
from support_center.routing.actions import SessionFull, enrol, release_seat
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import participant_of
from support_center.routing.workflow import PARTICIPANT


def take_back(session: ScopedSession, actor: Actor, referral: Referral, comment: str) -> Participant | None:
    """Take the last answer back: the seat that it gave is free, the seat that it freed is given again.

    Gives the participant, if there is one. Raises what `exchange.referrals.actions.take_back` raises.
    """
    undone = referral_actions.take_back(session, actor, referral, comment)
    participant = participant_of(session, referral.id)
    if participant is None:
        return None
    if undone.transition == "accept" and participant.state in {"enrolled", "waiting"}:
        release_seat(session, actor, participant, "taken_back")
    elif undone.transition == "complete" and participant.state == "completed":
        PARTICIPANT.apply(session, participant, "unfinish", actor)
    elif undone.transition == "fail" and participant.state == "left":
        left = last_change(session, participant.id)
        if left is not None and left.reason == "failed":
            _seat_again(session, actor, participant)
    session.flush()
    return participant


def _seat_again(session: ScopedSession, actor: Actor, participant: Participant) -> None:
    """The seat or place on the waiting list that was freed; the end of the waiting list when the session is full now,
    nothing when it is over.
    """
    PARTICIPANT.apply(session, participant, "seat", actor)
    held = session.scalars(
        select(Enrolment)
        .where(Enrolment.tenant_id == participant.tenant_id, Enrolment.participant_id == participant.id)
        .order_by(Enrolment.released_at.desc().nulls_last(), Enrolment.id.desc())
        .limit(1)
    ).one_or_none()
    scheme_session = sessions_by_id(session, [held.scheme_session_id]).get(held.scheme_session_id) if held else None
    if held is None or scheme_session is None or scheme_session.ends_on < today():
        return
    released = last_change(session, held.id)
    waited = released is not None and released.source == "waiting"
    try:
        again = enrol(session, actor, participant, scheme_session, waiting=waited)
    except SessionFull:
        again = enrol(session, actor, participant, scheme_session, waiting=True)
    # What was noted of the person's progress goes on with them.
    again.progress_note = held.progress_note
