"""What sender and receiver do with a referral. Each act locks its row first, so that a withdrawal and an answer never
cross.
"""

from datetime import datetime

from sqlalchemy import select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.referrals.models import Consent, Parcel, Referral, ReferralEvent, ReferralMessage, Withdrawal
from clais.exchange.referrals.workflow import ANSWER, NEVER_MEANT, REASONS, REFERRAL, SEND
from clais.workflow import Refused

RECEIVER_COLUMNS = (Parcel, ReferralEvent, ReferralMessage)
"""The tables that close with a withdrawal, beside the referral itself."""


class Gone(LookupError):  # noqa: N818 - it reads as what happened.
    """The referral is not, or no longer, this tenant's to see: its consent was withdrawn or ran out."""


def lock(session: ScopedSession, referral: Referral) -> Referral:
    """Read the referral again and hold it until the end of the transaction. Raises Gone when it may not be seen any
    more, and Refused (`wrong_state`) when it was withdrawn: the sender still sees it, nobody moves it.
    """
    this = select(Referral).where(Referral.tenant_id == referral.tenant_id, Referral.id == referral.id)
    held = session.scalars(this.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if held is not None:
        return held
    if session.scalars(this.execution_options(populate_existing=True)).one_or_none() is None:
        raise Gone
    raise Refused("wrong_state")


def move(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    transition: str,
    *,
    reason: str | None = None,
    comment: str | None = None,
) -> Referral:
    """Take a step of the table `REFERRAL` on either side: receive, accept, decline, start, hold, resume, complete,
    fail, cancel.

    `reason` is a code of `REASONS[transition]`; for `complete` it is the result. Raises Gone and Refused
    (`wrong_state`,
    `not_permitted`, `reason_missing`, `reason_unknown`, `comment_missing`).
    """
    if transition in {"send", "withdraw", "lapse"}:
        raise Refused("wrong_state")
    held = lock(session, referral)
    _check_side(REFERRAL.find(transition, held.state).permission, actor, held)
    if reason and reason not in REASONS.get(transition, {}):
        raise Refused("reason_unknown")
    REFERRAL.apply(session, held, transition, actor, reason=reason, comment=comment)
    if transition == "complete":
        held.result, held.result_note = reason, comment
    elif reason:
        held.reason = reason
    held.last_moved_at = now()
    if transition == "cancel" and reason in NEVER_MEANT:
        _close(session, held, held.last_moved_at)
    own = held.tenant_id == actor.tenant_id
    record(session, f"referral.{transition}", "referral", held.id, person_id=held.person_id if own else None)
    session.flush()
    return held


def _check_side(permission: str, actor: Actor, referral: Referral) -> None:
    """A step of the sender is taken by the sender's people, an answer by the receiver's, whatever else they may."""
    side = {SEND: referral.tenant_id, ANSWER: referral.to_tenant_id}.get(permission)
    if side is not None and side != actor.tenant_id:
        raise Refused("not_permitted")


def cancel(
    session: ScopedSession, actor: Actor, referral: Referral, reason: str, comment: str | None = None
) -> Referral:
    """Call an open referral back, with a code of `CANCEL_REASONS`; for one of `NEVER_MEANT` the consent closes at once.
    Raises as `move`.
    """
    return move(session, actor, referral, "cancel", reason=reason, comment=comment)


def withdraw(session: ScopedSession, actor: Actor, referral: Referral, note: str | None = None) -> Referral:
    """Close referral, parcel, log and messages to the receiver, as the person asks; in force on the receiver's next
    request.

    `note` stays with the sender. The receiver is told the reference and nothing else. Raises Gone and Refused.
    """
    held = lock(session, referral)
    _check_side(SEND, actor, held)
    held.last_moved_at = now()
    REFERRAL.apply(session, held, "withdraw", actor)
    _close(session, held, held.last_moved_at, note)
    record(session, "referral.withdraw", "referral", held.id, person_id=held.person_id)
    session.flush()
    return held


def _close(session: ScopedSession, held: Referral, moment: datetime, note: str | None = None) -> None:
    """Close all that the receiver reads of a referral, and leave it a notice with the reference."""
    held.withdrawn_at = moment
    session.flush()
    for table in RECEIVER_COLUMNS:
        session.execute(
            update(table)
            .where(table.tenant_id == held.tenant_id, table.referral_id == held.id, table.withdrawn_at.is_(None))
            .values(withdrawn_at=moment)
        )
    session.execute(
        update(Consent)
        .where(Consent.tenant_id == held.tenant_id, Consent.referral_id == held.id)
        .values(withdrawn_at=moment, withdrawal_note=note)
    )
    session.add(
        Withdrawal(to_tenant_id=held.to_tenant_id, referral_id=held.id, reference=held.reference, withdrawn_at=moment)
    )


def lapse(session: ScopedSession, actor: Actor, referral: Referral) -> Referral:
    """Let a referral that nobody answered lapse; the system does it. Raises Gone and Refused."""
    held = lock(session, referral)
    REFERRAL.apply(session, held, "lapse", actor)
    held.last_moved_at = now()
    record(session, "referral.lapse", "referral", held.id, person_id=held.person_id)
    session.flush()
    return held


def post_message(session: ScopedSession, actor: Actor, referral: Referral, text: str) -> ReferralMessage:
    """Write to the other party, as long as the consent stands. Raises Gone, and Refused when it was withdrawn."""
    held = lock(session, referral)
    message = ReferralMessage(
        **held.crossing, referral_id=held.id, by_tenant_id=actor.tenant_id, actor_name=actor.display_name, text=text
    )
    session.add(message)
    held.last_moved_at = now()
    own = held.tenant_id == actor.tenant_id
    record(session, "referral.message", "referral", held.id, person_id=held.person_id if own else None)
    session.flush()
    return message
