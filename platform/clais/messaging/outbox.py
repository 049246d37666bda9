"""The way out of the outbox. A mail is claimed, sent and marked in three steps, each committed before the next.

Claimed rows are found by their state, never by « id greater than the last »: commits do not come in the order of ids,
and one that commits late would be passed over for good.
"""

from datetime import timedelta

import structlog
from sqlalchemy import delete, select, text

from clais.clock import now
from clais.database import ScopedSession
from clais.messaging.mail import Transport, Undeliverable
from clais.messaging.models import Notification, OutboxMessage

RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440)
"""How long to wait after each failed attempt; after the last one the mail has failed for good."""
BATCH = 500
"""At most this many mails of one tenant in a row, so that every tenant gets its turn."""
KEEP_MAILS = timedelta(days=365)
KEEP_READ = timedelta(days=180)

log = structlog.get_logger("clais.messaging")


def send_waiting(session: ScopedSession, transport: Transport) -> int:
    """Send the mails of one tenant that are due; returns how many left. Commits after each step.

    A mail that a killed worker left on its way is due again once the transport's lease is over.
    """
    sent = 0
    with transport:
        for _turn in range(BATCH):
            message = claim(session, transport.lease)
            if message is None:
                break
            try:
                transport.deliver(message)
            except Undeliverable as failure:
                put_back(session, message, failure)
                if failure.server_away:
                    break
            else:
                mark_sent(session, message)
                sent += 1
    return sent


def claim(session: ScopedSession, lease: timedelta) -> OutboxMessage | None:
    """Take the mail that is due first, for as long as `lease`, and commit; None when nothing is due."""
    moment = now()
    message = session.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.tenant_id == session.scope.tenant_id,
            # Written out, as in the index: with parameters the planner could not tell that the index fits.
            text("state IN ('waiting', 'sending')"),
            OutboxMessage.due_at <= moment,
        )
        .order_by(OutboxMessage.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if message is not None:
        message.state = "sending"
        message.attempts += 1
        message.due_at = moment + lease
    session.commit()
    return message


def mark_sent(session: ScopedSession, message: OutboxMessage) -> None:
    """Remember that a mail has left. Its text is forgotten: it may hold a one-time link."""
    message.state = "sent"
    message.sent_at = now()
    message.body = ""
    message.failure = None
    session.commit()


def put_back(session: ScopedSession, message: OutboxMessage, failure: Undeliverable) -> None:
    """Let a mail wait for its next attempt, longer each time, or give it up."""
    message.failure = failure.code
    if failure.for_good or message.attempts > len(RETRY_MINUTES):
        message.state = "failed"
        message.body = ""
    else:
        message.state = "waiting"
        message.due_at = now() + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
    log.warning(
        "mail not sent", message=str(message.id), code=failure.code, attempt=message.attempts, state=message.state
    )
    session.commit()


def forget_old(session: ScopedSession) -> None:
    """Delete mails that left or failed a year ago, and notifications read half a year ago, of one tenant."""
    tenant = session.scope.tenant_id
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.tenant_id == tenant,
            OutboxMessage.state.in_(("sent", "failed")),
            OutboxMessage.created_at < now() - KEEP_MAILS,
        )
    )
    session.execute(
        delete(Notification).where(Notification.tenant_id == tenant, Notification.read_at < now() - KEEP_READ)
    )
