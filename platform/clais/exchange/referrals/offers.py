"""The offer of a seat to someone who waits: the centre makes it, the sender answers for the person.

It stands on the referral, which both read under one consent. Who calls these has locked the referral.
"""

from datetime import date
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.waking import OFFER_SEATS, wake_parties
from clais.exchange.referrals.workflow import OFFER_ANSWERS, OFFER_REASONS, SEAT_OFFER
from clais.workflow import Refused


def stands(referral: Referral) -> bool:
    """Whether a seat is offered that can be answered today."""
    return referral.seat_offer == "offered" and referral.offer_until is not None and referral.offer_until >= today()


def make_offer(session: ScopedSession, actor: Actor, locked: Referral, session_id: UUID, until: date) -> None:
    """Offer the person of a referral a seat of a session, to be answered until a day. Raises Refused."""
    locked.offered_session_id, locked.offer_until = session_id, until
    _apply(session, actor, locked, "offer_seat")


def answer_offer(
    session: ScopedSession,
    actor: Actor,
    locked: Referral,
    step: str,
    *,
    reason: str | None = None,
    comment: str | None = None,
) -> None:
    """Answer an offer for the person, in the sender's tenant: a step of `OFFER_ANSWERS`.

    Raises Refused: `too_late` when its last day is over, `reason_unknown`, and those of a workflow.
    """
    if step not in OFFER_ANSWERS or locked.tenant_id != actor.tenant_id:
        raise Refused("not_permitted")
    if locked.seat_offer == "offered" and not stands(locked):
        raise Refused("too_late")
    if reason and reason not in OFFER_REASONS.get(step, {}):
        raise Refused("reason_unknown")
    _apply(session, actor, locked, step, reason, comment)
    make_due(session, OFFER_SEATS, tenant_id=locked.to_tenant_id)


def close_offer(session: ScopedSession, actor: Actor, locked: Referral, step: str) -> None:
    """End an open offer on the centre's side; nothing where none is open."""
    if locked.seat_offer == "offered":
        _apply(session, actor, locked, step)


def end_with_referral(session: ScopedSession, actor: Actor, locked: Referral) -> None:
    """End an open offer because its referral ends, on either side; the centre's worker frees what was held."""
    if locked.seat_offer == "offered":
        _apply(session, actor, locked, "end_offer" if locked.tenant_id == actor.tenant_id else "withdraw_offer")


def _apply(
    session: ScopedSession,
    actor: Actor,
    locked: Referral,
    step: str,
    reason: str | None = None,
    comment: str | None = None,
) -> None:
    SEAT_OFFER.apply(session, locked, step, actor, reason=reason, comment=comment)
    locked.last_moved_at = now()
    own = locked.tenant_id == actor.tenant_id
    record(session, f"seat_offer.{step}", "referral", locked.id, person_id=locked.person_id if own else None)
    wake_parties(session, locked)
    session.flush()
