"""What sender and receiver do with a referral. Each action locks its row first: a withdrawal and an answer never
overlap.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.audit.frequency import hold_to_limit
from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.referrals.clocks import count_from, pause_or_go_on
from clais.exchange.referrals.delays import is_late
from clais.exchange.referrals.locking import lock
from clais.exchange.referrals.models import (
    TRANSFER,
    Consent,
    Parcel,
    Referral,
    ReferralEvent,
    ReferralMessage,
    Withdrawal,
)
from clais.exchange.referrals.offers import end_with_referral
from clais.exchange.referrals.waking import wake_parties
from clais.exchange.referrals.workflow import (
    ANSWER,
    ENDED,
    MAY_BE_TAKEN_BACK,
    NEVER_MEANT,
    OPEN,
    PLACED,
    REASONS,
    REFERRAL,
    SEND,
    TAKE,
    TAKE_BACKS,
    UNUSED,
    standing,
)
from clais.workflow import Refused

RECEIVER_COLUMNS = (Parcel, ReferralEvent, ReferralMessage)
"""The tables that a withdrawal closes to the receiver, besides the referral itself."""


TAKEN_BACK_WITHIN = timedelta(days=1)
MOST_STEPS = 100
"""So many steps of a referral are read to find the last one that stands."""


def move(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    transition: str,
    *,
    reason: str | None = None,
    comment: str | None = None,
    happened_on: date | None = None,
    advised_scheme_id: UUID | None = None,
) -> Referral:
    """Take a step of the table `REFERRAL` on either side: receive, accept, advise, decline, start, hold, resume,
    complete, fail, cancel, ask_missing, supply, go_on; of a transfer look, take_over, refuse, cancel.

    `reason` is a code of `REASONS[transition]`; for `complete` it is the result. `happened_on` is the day on which it
    happened, where that is not today; `advised_scheme_id` the scheme to which advice points. Raises Gone and Refused
    (`wrong_state`, `too_late`, `not_permitted`, `reason_missing`, `reason_unknown`, `comment_missing`).
    """
    if transition in {"send", "withdraw", "lapse", *TAKE_BACKS}:
        raise Refused("wrong_state")
    locked = lock(session, referral)
    _check_side(REFERRAL.find(transition, locked.state).permission, actor, locked)
    if transition == "ask_missing" and is_late(locked):
        raise Refused("too_late")
    if reason and reason not in REASONS.get(transition, {}):
        raise Refused("reason_unknown")
    if REFERRAL.find(transition, locked.state).target not in PLACED:
        end_with_referral(session, actor, locked)
    REFERRAL.apply(session, locked, transition, actor, reason=reason, comment=comment)
    _new_event(session).happened_on = happened_on
    if transition == "complete":
        locked.result, locked.result_note = reason, comment
    elif reason:
        locked.reason = reason
    if transition == "advise":
        locked.advised_scheme_id = advised_scheme_id
    locked.last_moved_at = now()
    pause_or_go_on(locked)
    count_from(session, actor, locked, is_first=transition == "accept")
    if transition == "cancel" and reason in NEVER_MEANT:
        _close(session, locked, locked.last_moved_at, cause="never_meant")
    own = locked.tenant_id == actor.tenant_id
    record(session, f"referral.{transition}", "referral", locked.id, person_id=locked.person_id if own else None)
    wake_parties(session, locked)
    session.flush()
    return locked


def _new_event(session: ScopedSession) -> ReferralEvent:
    """The log entry of the step that was just taken, before it is written: it is never changed afterwards."""
    return next(row for row in session.new if isinstance(row, ReferralEvent))


def step_to_take_back(session: ScopedSession, referral: Referral) -> ReferralEvent | None:
    """The last step of a referral that stands, where it is one that its receiver may still take back."""
    newest_first = session.scalars(
        select(ReferralEvent)
        .where(ReferralEvent.tenant_id == referral.tenant_id, ReferralEvent.referral_id == referral.id)
        .order_by(ReferralEvent.happened_at.desc(), ReferralEvent.id.desc())
        .limit(MOST_STEPS)
    )
    last = next(standing(newest_first), None)
    if last is None or last.transition not in MAY_BE_TAKEN_BACK or last.target != referral.state:
        return None
    return last if last.happened_at > now() - TAKEN_BACK_WITHIN else None


def take_back(session: ScopedSession, actor: Actor, referral: Referral, comment: str) -> ReferralEvent:
    """Take the last answer of the receiver back, with the reason `comment`; gives the step that is undone.

    Both sides read it in the log. Raises Gone and Refused: `too_late` when that step is more than a day old or not one
    that can be taken back, `other_open` when the person was sent to the same scheme again since.
    """
    locked = lock(session, referral)
    _check_side(ANSWER, actor, locked)
    last = step_to_take_back(session, locked)
    if last is None:
        raise Refused("too_late")
    if locked.state in ENDED and _is_sent_again(session, locked):
        raise Refused("other_open")
    name = next(
        step.name
        for step in REFERRAL.transitions
        if step.name in TAKE_BACKS and locked.state in step.sources and step.target == last.source
    )
    end_with_referral(session, actor, locked)
    REFERRAL.apply(session, locked, name, actor, comment=comment)
    locked.reason = locked.result = locked.result_note = locked.advised_scheme_id = None
    locked.last_moved_at = now()
    count_from(session, actor, locked)
    record(session, "referral.take_back", "referral", locked.id)
    wake_parties(session, locked)
    session.flush()
    return last


def _is_sent_again(session: ScopedSession, referral: Referral) -> bool:
    others = select(Referral.id).where(
        Referral.tenant_id == referral.tenant_id,
        Referral.to_tenant_id == referral.to_tenant_id,
        Referral.person_id == referral.person_id,
        Referral.scheme_id == referral.scheme_id,
        Referral.id != referral.id,
        Referral.state.in_(OPEN),
    )
    return session.scalar(others.limit(1)) is not None


def _check_side(permission: str, actor: Actor, referral: Referral) -> None:
    """Only the sender takes the steps of the sender, and only the receiver answers, whatever their permissions; a
    transfer is answered by its own steps.
    """
    side = {SEND: referral.tenant_id, ANSWER: referral.to_tenant_id, TAKE: referral.to_tenant_id}.get(permission)
    if side is not None and side != actor.tenant_id:
        raise Refused("not_permitted")
    if permission == (ANSWER if referral.kind == TRANSFER else TAKE):
        raise Refused("wrong_state")


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
    end_with_referral(session, actor, locked)
    locked.last_moved_at = now()
    REFERRAL.apply(session, locked, "withdraw", actor)
    pause_or_go_on(locked)
    count_from(session, actor, locked)
    _close(session, locked, locked.last_moved_at, note)
    record(session, "referral.withdraw", "referral", locked.id, person_id=locked.person_id)
    wake_parties(session, locked)
    session.flush()
    return locked


def _close(
    session: ScopedSession,
    locked: Referral,
    moment: datetime,
    note: str | None = None,
    *,
    cause: str = "withdrawn",
) -> None:
    """Close all that the receiver reads of a referral, and leave the receiver the reference; `cause` is of CLOSURES."""
    locked.withdrawn_at, locked.in_force = moment, False
    session.flush()
    for table in RECEIVER_COLUMNS:
        session.execute(
            update(table)
            .where(table.tenant_id == locked.tenant_id, table.referral_id == locked.id, table.withdrawn_at.is_(None))
            .values(withdrawn_at=moment, in_force=False)
        )
    if cause != "unused":
        session.execute(
            update(Consent)
            .where(Consent.tenant_id == locked.tenant_id, Consent.referral_id == locked.id)
            .values(withdrawn_at=moment, withdrawal_note=note)
        )
    session.add(
        Withdrawal(
            to_tenant_id=locked.to_tenant_id,
            referral_id=locked.id,
            reference=locked.reference,
            withdrawn_at=moment,
            cause=cause,
            outcome=locked.state,
            scheme_id=locked.scheme_id,
        )
    )


def close_unused(session: ScopedSession, actor: Actor, referral: Referral) -> Referral:
    """Close to the receiver what ended without anything having begun; the system does it in the sender's tenant.

    Only the number, the scheme and the outcome remain there, to be counted. Raises Gone, and Refused (`wrong_state`)
    when the referral did not end so.
    """
    locked = lock(session, referral)
    _check_side(SEND, actor, locked)
    if locked.state not in UNUSED:
        raise Refused("wrong_state")
    _close(session, locked, now(), cause="unused")
    record(session, "referral.close", "referral", locked.id, person_id=locked.person_id)
    wake_parties(session, locked)
    session.flush()
    return locked


def lapse(session: ScopedSession, actor: Actor, referral: Referral) -> Referral:
    """Let a referral that nobody answered lapse; the system does it. Raises Gone and Refused."""
    locked = lock(session, referral)
    REFERRAL.apply(session, locked, "lapse", actor)
    locked.last_moved_at = now()
    record(session, "referral.lapse", "referral", locked.id, person_id=locked.person_id)
    wake_parties(session, locked)
    session.flush()
    return locked


def post_message(session: ScopedSession, actor: Actor, referral: Referral, text: str) -> ReferralMessage:
    """Write to the other party, as long as the consent stands.

    Raises Gone, Refused when it was withdrawn, and LimitReached.
    """
    locked = lock(session, referral)
    hold_to_limit(session, "messages")
    message = ReferralMessage(
        **locked.crossing, referral_id=locked.id, by_tenant_id=actor.tenant_id, actor_name=actor.display_name, text=text
    )
    session.add(message)
    locked.last_moved_at = now()
    count_from(session, actor, locked)
    own = locked.tenant_id == actor.tenant_id
    record(session, "referral.message", "referral", locked.id, person_id=locked.person_id if own else None)
    wake_parties(session, locked)
    session.flush()
    return message
