"""What the support centre corrects: an answer that is taken back, and the seat that follows it."""

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.exchange.publications.queries import sessions_by_id
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.models import Referral
from clais.workflow import last_change
from support_center.routing.models import Participant
from support_center.routing.queries import last_enrolment, participant_of
from support_center.routing.seats import SessionFull, enrol, undo_enrolment
from support_center.routing.workflow import HOLDING, PARTICIPANT


def take_back(session: ScopedSession, actor: Actor, referral: Referral, comment: str) -> Participant | None:
    """Take the last answer back: the seat that it gave is free, the seat that it freed is given again.

    Gives the participant, if there is one. Raises what `exchange.referrals.actions.take_back` raises.
    """
    undone = referral_actions.take_back(session, actor, referral, comment)
    participant = participant_of(session, referral.id)
    if participant is None:
        return None
    if undone.transition == "accept" and participant.state in HOLDING | {"left"}:
        undo_enrolment(session, actor, participant)
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
    held = last_enrolment(session, participant.id)
    scheme_session = sessions_by_id(session, [held.scheme_session_id]).get(held.scheme_session_id) if held else None
    if held is None or scheme_session is None or scheme_session.ends_on < today():
        return
    released = last_change(session, held.id)
    waited = released is not None and released.source == "waiting"
    try:
        enrol(session, actor, participant, scheme_session, waiting=waited)
    except SessionFull:
        enrol(session, actor, participant, scheme_session, waiting=True)
