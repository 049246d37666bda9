"""The way out of the outbox. A mail is claimed, handed over, sent and marked; each step is committed before the next.

Claimed rows are found by their state, never by « id greater than the last »: commits do not come in the order of ids,
and one that commits late would be passed over for good. `due_at` is a claim's end and its name too: a worker whose
claim was taken over meanwhile changes nothing any more. What was handed over is never claimed: at most one copy leaves,
and where nobody can know whether it did, a person decides (`send_again`, `settle`).
"""

from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import and_, delete, or_, select, text, update
from sqlalchemy.sql.elements import ColumnElement

from clais.clock import now
from clais.database import ScopedSession
from clais.messaging.models import Notification, OutboxMessage
from clais.messaging.transports import Transport, Unanswered, Undeliverable

RETRY_MINUTES = (1, 5, 15, 60, 240, 720, 1440)
"""How long to wait after each failed attempt; after the last one the mail has failed, until a person decides."""
BATCH = 500
"""At most this many mails of one tenant in a row, so that every tenant gets its turn."""
REST_AFTER_SILENCE = timedelta(minutes=5)
UNCERTAIN_AFTER = timedelta(minutes=15)
"""By then the answer has come, or nobody waits for it any more: longer than any transport waits."""
KEEP_UNDECIDED = timedelta(days=30)
"""How long the text of a failed or uncertain mail is kept, to be sent again: the links in it are dead long before."""
KEEP_MAILS = timedelta(days=365)
KEEP_READ = timedelta(days=180)

log = structlog.get_logger("clais.messaging")


class ClaimLost(Exception):  # noqa: N818 - it reads as what happened.
    """The claim ended before the mail was handed over, and someone else has it."""


def send_waiting(session: ScopedSession, transport: Transport) -> int:
    """Send the mails of one tenant that are due; returns how many left. Commits after each step.

    A mail that a killed worker had claimed, and not handed over, is due again once the transport's lease is over.
    """
    sent = 0
    with transport:
        for _turn in range(BATCH):
            message = claim(session, transport.lease)
            if message is None:
                break
            try:
                transport.deliver(message, partial(hand_over, session, message))
            except ClaimLost:
                log.warning("claim lost", message=str(message.id), attempt=message.attempts)
            except Undeliverable as failure:
                put_back(session, message, failure)
                if failure.server_away:
                    break
            except Unanswered as silence:
                note_silence(session, message, silence)
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
        .execution_options(populate_existing=True)
    ).one_or_none()
    if message is not None:
        message.state = "sending"
        message.attempts += 1
        message.due_at = moment + lease
    session.commit()
    return message


def hand_over(session: ScopedSession, message: OutboxMessage) -> None:
    """Note, before the first byte of the mail leaves, that it is on its way. Raises ClaimLost when it must not leave.

    From this commit on nobody claims it again, whatever becomes of this worker.
    """
    moved = _still_mine(session, message, "sending", state="handed_over", handed_at=now())
    session.commit()
    if not moved:
        raise ClaimLost


def mark_sent(session: ScopedSession, message: OutboxMessage) -> None:
    """Remember that a mail has left. Its text is forgotten: it may hold a one-time link."""
    _still_mine(session, message, "sending", "handed_over", state="sent", sent_at=now(), body="", failure=None)
    session.commit()


def put_back(session: ScopedSession, message: OutboxMessage, failure: Undeliverable) -> None:
    """Let a mail that was refused wait for its next attempt, longer each time, or give it up."""
    given_up = failure.for_good or message.attempts > len(RETRY_MINUTES)
    state = "failed" if given_up else "waiting"
    pause = timedelta() if given_up else timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
    log.warning("mail not sent", message=str(message.id), code=failure.code, attempt=message.attempts, state=state)
    _still_mine(
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


def note_silence(session: ScopedSession, message: OutboxMessage, silence: Unanswered) -> None:
    """Say of a mail that was handed over why no answer came; the tenant's other mails wait a little.

    A server that takes mails and breaks off would otherwise leave every one of them uncertain, one after the other.
    """
    log.error("mail uncertain", message=str(message.id), code=silence.code)
    _still_mine(session, message, "handed_over", failure=silence.code)
    pause = now() + REST_AFTER_SILENCE
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


def undecided() -> ColumnElement[bool]:
    """The mails that wait for a person: failed, or handed over so long ago that no answer will come."""
    return or_(
        OutboxMessage.state == "failed",
        and_(OutboxMessage.state == "handed_over", OutboxMessage.handed_at < now() - UNCERTAIN_AFTER),
    )


def send_again(session: ScopedSession, message_id: UUID) -> bool:
    """Let an undecided mail leave once more, as a person wants it; False when it is not one, or its text is forgotten.

    It keeps its Message-ID, so that a mailbox that has the first copy can tell.
    """
    return _decide(
        session,
        message_id,
        OutboxMessage.body != "",
        state="waiting",
        attempts=0,
        due_at=now(),
        handed_at=None,
        failure=None,
    )


def settle(session: ScopedSession, message_id: UUID) -> bool:
    """Close an undecided mail, as a person says: it arrived, or is not wanted any more. False when it is not one."""
    return _decide(session, message_id, state="settled", body="")


def forget_old(session: ScopedSession) -> None:
    """Delete one tenant's mails that left or failed a year ago, and notifications read half a year ago.

    The text of a mail about which nobody decided goes after a month; that it exists is shown until it is deleted.
    """
    tenant = session.scope.tenant_id
    session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.tenant_id == tenant, undecided(), OutboxMessage.created_at < now() - KEEP_UNDECIDED)
        .values(body="")
        .execution_options(synchronize_session="fetch")
    )
    session.execute(
        delete(OutboxMessage).where(
            OutboxMessage.tenant_id == tenant,
            or_(OutboxMessage.state.in_(("sent", "settled")), undecided()),
            OutboxMessage.created_at < now() - KEEP_MAILS,
        )
    )
    session.execute(
        delete(Notification).where(Notification.tenant_id == tenant, Notification.read_at < now() - KEEP_READ)
    )


def _still_mine(session: ScopedSession, message: OutboxMessage, *states: str, **values: Any) -> bool:
    """Change a claimed mail, unless its claim was taken over or decided about; whether it was changed."""
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


def _decide(session: ScopedSession, message_id: UUID, *conditions: ColumnElement[bool], **values: Any) -> bool:
    changed = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.tenant_id == session.scope.tenant_id,
            OutboxMessage.id == message_id,
            undecided(),
            *conditions,
        )
        .values(**values)
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session="fetch")
    )
    return changed.one_or_none() is not None
