"""Sends the mails of the outbox: claim, hand over, send, mark. Each step is committed before the next.

Due rows are selected by state, never by « id greater than the last »: transactions do not commit in the order of ids,
so a late commit would be skipped for ever. `due_at` is both the end of a claim and its identifier: a worker whose claim
another worker took over updates nothing. A mail that was handed over is never claimed again, so at most one copy
leaves. When it cannot be known whether it left, a person decides (`send_again`, `settle`).
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, case, delete, func, or_, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from clais.clock import now
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.messaging.actions import SEND
from clais.messaging.models import Notification, OutboxMessage
from clais.messaging.transports import DeliveryUnknown, Transport, Undeliverable

RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440)
"""The pause after each failed attempt; after the last one the mail is `failed`, until a person decides."""
MAXIMUM_BATCH = 500
"""At most this many mails of one tenant per run, so that every tenant gets its turn."""
PAUSE_AFTER_UNCERTAIN = timedelta(minutes=5)
UNCERTAIN_AFTER = timedelta(minutes=15)
"""Longer than any transport waits for a reply: after that, no reply will come."""
KEEP_TEXT_AWAITING_DECISION = timedelta(days=30)
"""How long the text of a failed or uncertain mail is kept for sending it again; its links expire long before."""
KEEP_MAILS = timedelta(days=365)
KEEP_READ_NOTIFICATIONS = timedelta(days=180)

FORGOTTEN: dict[str, Any] = {
    "body": "",
    "calendar": None,
    "recipient": case((OutboxMessage.forgets_recipient, ""), else_=OutboxMessage.recipient),
}
"""What is left of a mail that is over: nothing of what it said, and no address that was given for it alone."""

log = structlog.get_logger("clais.messaging")


class ClaimLost(Exception):  # noqa: N818 - it reads as what happened.
    """The claim expired before the mail was handed over, and another worker has claimed the mail."""


def send_waiting(session: ScopedSession, transport: Transport) -> int:
    """Send the due mails of one tenant; returns how many were sent. Commits after each step.

    A mail that a killed worker had claimed but not handed over is due again when the transport's lease ends.
    """
    sent = 0
    with transport:
        for _turn in range(MAXIMUM_BATCH):
            message = claim(session, transport.lease)
            if message is None:
                break
            try:
                transport.deliver(message, partial(hand_over, session, message))
            except ClaimLost:
                log.warning("claim lost", message=str(message.id), attempt=message.attempts)
            except Undeliverable as failure:
                retry_or_fail(session, message, failure)
                if failure.server_unavailable:
                    break
            except DeliveryUnknown as uncertain:
                mark_uncertain(session, message, uncertain)
                break
            else:
                mark_sent(session, message)
                sent += 1
    return sent


def claim(session: ScopedSession, lease: timedelta) -> OutboxMessage | None:
    """Claim the mail that is due first for the time `lease`, and commit; None when none is due."""
    moment = now()
    message = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.tenant_id == session.scope.tenant_id,
            # Literal as in the partial index: with parameters the planner could not use that index.
            text("state IN ('waiting', 'sending')"),
            OutboxMessage.due_at <= moment,
        )
        .order_by(OutboxMessage.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if message is not None:
        message.state = "sending"
        message.attempts += 1
        message.due_at = moment + lease
    session.commit()
    return message


def hand_over(session: ScopedSession, message: OutboxMessage) -> None:
    """Mark a mail as handed over before its first byte is sent. Raises ClaimLost when it must not be sent.

    After this commit no worker claims it again, even when this one dies.
    """
    updated = _update_claimed(session, message, "sending", state="handed_over", handed_at=now())
    session.commit()
    if not updated:
        raise ClaimLost


def mark_sent(session: ScopedSession, message: OutboxMessage) -> None:
    """Mark a mail as sent and erase its text, which may hold a one-time link."""
    over = {"state": "sent", "sent_at": now(), "failure": None}
    _update_claimed(session, message, "sending", "handed_over", **over, **FORGOTTEN)
    session.commit()


def retry_or_fail(session: ScopedSession, message: OutboxMessage, failure: Undeliverable) -> None:
    """Schedule the next attempt of a refused mail, later each time, or mark it as failed."""
    given_up = failure.is_permanent or message.attempts > len(RETRY_MINUTES)
    state = "failed" if given_up else "waiting"
    pause = timedelta() if given_up else timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
    log.warning("mail not sent", message=str(message.id), code=failure.code, attempt=message.attempts, state=state)
    _update_claimed(
        session,
        message,
        "sending",
        "handed_over",
        state=state,
        failure=failure.code,
        handed_at=None,
        due_at=now() + pause,
    )
    session.commit()


def mark_uncertain(session: ScopedSession, message: OutboxMessage, uncertain: DeliveryUnknown) -> None:
    """Store why the reply to a mail that was handed over is unknown; delay the tenant's other mails.

    Without the delay, a server that accepts mails and then disconnects would leave every mail uncertain.
    """
    log.error("mail uncertain", message=str(message.id), code=uncertain.code)
    _update_claimed(session, message, "handed_over", failure=uncertain.code)
    pause = now() + PAUSE_AFTER_UNCERTAIN
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.tenant_id == session.scope.tenant_id,
            OutboxMessage.state == "waiting",
            OutboxMessage.due_at < pause,
        )
        .values(due_at=pause)
        .execution_options(synchronize_session="fetch")
    )
    session.commit()


def awaits_decision() -> ColumnElement[bool]:
    """The condition for mails that wait for a person: failed, or handed over so long ago that no reply will come."""
    return or_(
        OutboxMessage.state == "failed",
        and_(OutboxMessage.state == "handed_over", OutboxMessage.handed_at < now() - UNCERTAIN_AFTER),
    )


def send_again(session: ScopedSession, message_id: UUID) -> bool:
    """Send a failed or uncertain mail again, by decision of a person; False for others, and without text.

    It keeps its Message-ID, so that a mailbox can recognise a second copy.
    """
    is_sent = _update_awaiting_decision(
        session,
        message_id,
        OutboxMessage.body != "",
        state="waiting",
        attempts=0,
        due_at=now(),
        handed_at=None,
        failure=None,
    )
    if is_sent:
        make_due(session, SEND)
    return is_sent


def settle(session: ScopedSession, message_id: UUID) -> bool:
    """Close a failed or uncertain mail, by decision of a person. False for other mails."""
    return _update_awaiting_decision(session, message_id, state="settled", **FORGOTTEN)


def forget_old(session: ScopedSession) -> None:
    """Delete one tenant's mails of a year ago, and notifications read half a year ago.

    The text of a failed or uncertain mail is erased after a month; its row is listed until it is deleted.
    """
    tenant = session.scope.tenant_id
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.tenant_id == tenant,
            awaits_decision(),
            OutboxMessage.created_at < now() - KEEP_TEXT_AWAITING_DECISION,
        )
        .values(**FORGOTTEN)
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.tenant_id == tenant,
            or_(OutboxMessage.state.in_(("sent", "settled")), awaits_decision()),
            OutboxMessage.created_at < now() - KEEP_MAILS,
        )
    )
    session.execute(
        delete(Notification).where(
            Notification.tenant_id == tenant, Notification.read_at < now() - KEEP_READ_NOTIFICATIONS
        )
    )


def next_waiting(session: ScopedSession) -> datetime | None:
    """When the mail of one tenant that is due first is due, or due again when its worker died."""
    return session.scalar(
        select(func.min(OutboxMessage.due_at)).where(
            OutboxMessage.tenant_id == session.scope.tenant_id, text("state IN ('waiting', 'sending')")
        )
    )


def next_to_forget(session: ScopedSession) -> datetime | None:
    """When `forget_old` has something to do next in one tenant."""
    tenant = session.scope.tenant_id
    own = OutboxMessage.tenant_id == tenant
    ended = OutboxMessage.state.in_(("sent", "settled", "handed_over", "failed"))
    undecided = OutboxMessage.state.in_(("handed_over", "failed")) & (OutboxMessage.body != "")
    terms = {
        KEEP_MAILS: select(func.min(OutboxMessage.created_at)).where(own, ended),
        KEEP_TEXT_AWAITING_DECISION: select(func.min(OutboxMessage.created_at)).where(own, undecided),
        KEEP_READ_NOTIFICATIONS: select(func.min(Notification.read_at)).where(Notification.tenant_id == tenant),
    }
    return min((begun + kept for kept, oldest in terms.items() if (begun := session.scalar(oldest))), default=None)


def _update_claimed(session: ScopedSession, message: OutboxMessage, *states: str, **values: Any) -> bool:
    """Update a claimed mail; False when another worker or a person has changed it since."""
    changed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.tenant_id == session.scope.tenant_id,
            OutboxMessage.id == message.id,
            OutboxMessage.state.in_(states),
            OutboxMessage.due_at == message.due_at,
        )
        .values(**values)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session="fetch")
    )
    return changed.one_or_none() is not None


def _update_awaiting_decision(
    session: ScopedSession, message_id: UUID, *conditions: ColumnElement[bool], **values: Any
) -> bool:
    changed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.tenant_id == session.scope.tenant_id,
            OutboxMessage.id == message_id,
            awaits_decision(),
            *conditions,
        )
        .values(**values)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session="fetch")
    )
    return changed.one_or_none() is not None
