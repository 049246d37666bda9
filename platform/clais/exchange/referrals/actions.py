"""What sender and receiver do with a referral. Each action locks its row first: a withdrawal and an answer never
overlap.
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
"""The tables that a withdrawal closes to the receiver, besides the referral itself."""


class Gone(LookupError):  # noqa: N818 - it reads as what happened.
    """The tenant may not, or no longer, see the referral: its consent was withdrawn or ran out."""


def lock(session: ScopedSession, referral: Referral) -> Referral:
    """Lock the row of a referral until the end of the transaction, and read it again.

    Raises Gone when this tenant may no longer see it, and Refused (`wrong_state`) when it was withdrawn: the sender
    still sees it, but nobody may move it.
    """
    this = select(Referral).where(Referral.tenant_id == referral.tenant_id, Referral.id == referral.id)
    locked = session.scalars(this.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if locked is not None:
        return locked
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
    (`wrong_state`, `not_permitted`, `reason_missing`, `reason_unknown`, `comment_missing`).
    """
    if transition in {"send", "withdraw", "lapse"}:
        raise Refused("wrong_state")
    locked = lock(session, referral)
    _check_side(REFERRAL.find(transition, locked.state).permission, actor, locked)
    if reason and reason not in REASONS.get(transition, {}):
        raise Refused("reason_unknown")
    REFERRAL.apply(session, locked, transition, actor, reason=reason, comment=comment)
    if transition == "complete":
        locked.result, locked.result_note = reason, comment
    elif reason:
        locked.reason = reason
    locked.last_moved_at = now()
    if transition == "cancel" and reason in NEVER_MEANT:
        _close(session, locked, locked.last_moved_at)
    own = locked.tenant_id == actor.tenant_id
    record(session, f"referral.{transition}", "referral", locked.id, person_id=locked.person_id if own else None)
    session.flush()
    return locked


def _check_side(permission: str, actor: Actor, referral: Referral) -> None:
    """Only the sender takes the steps of the sender, and only the receiver answers, whatever their permissions."""
    side = {SEND: referral.tenant_id, ANSWER: referral.to_tenant_id}.get(permission)
    if side is not None and side != actor.tenant_id:
        raise Refused("not_permitted")


def cancel(
    session: ScopedSession, actor: Actor, referral: Referral, reason: str, comment: str | None = None
) -> Referral:
    """Cancel an open referral with a code of `CANCEL_REASONS`; a code of `NEVER_MEANT` also closes the consent.
    Raises as `move`.
    """
    return move(session, actor, referral, "cancel", reason=reason, comment=comment)


def withdraw(session: ScopedSession, actor: Actor, referral: Referral, note: str | None = None) -> Referral:
    """Close referral, parcel, log and messages to the receiver at the request of the person; the receiver's next
    request already sees nothing.

    `note` stays with the sender. The receiver is told the reference and nothing else. Raises Gone and Refused.
    """
    locked = lock(session, referral)
    _check_side(SEND, actor, locked)
    locked.last_moved_at = now()
    REFERRAL.apply(session, locked, "withdraw", actor)
    _close(session, locked, locked.last_moved_at, note)
    record(session, "referral.withdraw", "referral", locked.id, person_id=locked.person_id)
    session.flush()
    return locked


def _close(session: ScopedSession, locked: Referral, moment: datetime, note: str | None = None) -> None:
    """Close all that the receiver reads of a referral, and leave the receiver a notice with the reference."""
    locked.withdrawn_at = moment
    session.flush()
    for table in RECEIVER_COLUMNS:
        session.execute(
            update(table)
            .where(table.tenant_id == locked.tenant_id, table.referral_id == locked.id, table.withdrawn_at.is_(None))
            .values(withdrawn_at=moment)
        )
    session.execute(
        update(Consent)
        .where(Consent.tenant_id == locked.tenant_id, Consent.referral_id == locked.id)
        .values(withdrawn_at=moment, withdrawal_note=note)
    )
    session.add(
        Withdrawal(
            to_tenant_id=locked.to_tenant_id, referral_id=locked.id, reference=locked.reference, withdrawn_at=moment
        )
    )


def lapse(session: ScopedSession, actor: Actor, referral: Referral) -> Referral:
    """Let a referral that nobody answered lapse; the system does it. Raises Gone and Refused."""
    locked = lock(session, referral)
    REFERRAL.apply(session, locked, "lapse", actor)
    locked.last_moved_at = now()
    record(session, "referral.lapse", "referral", locked.id, person_id=locked.person_id)
    session.flush()
    return locked


def post_message(session: ScopedSession, actor: Actor, referral: Referral, text: str) -> ReferralMessage:
    """Write to the other party, as long as the consent stands. Raises Gone, and Refused when it was withdrawn."""
    locked = lock(session, referral)
    message = ReferralMessage(
        **locked.crossing, referral_id=locked.id, by_tenant_id=actor.tenant_id, actor_name=actor.display_name, text=text
    )
    session.add(message)
    locked.last_moved_at = now()
    own = locked.tenant_id == actor.tenant_id
    record(session, "referral.message", "referral", locked.id, person_id=locked.person_id if own else None)
    session.flush()
    return message
