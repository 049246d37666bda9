from typing import Any
from uuid import UUID

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError

from clais.clock import now
from clais.database import ScopedSession
from clais.messaging.models import Notification, OutboxMessage

UNIQUE_VIOLATION = "23505"
LONGEST_SUBJECT = 200
LONGEST_TEXT = 300


def notify(
    session: ScopedSession,
    membership_id: UUID,
    kind: str,
    subject_type: str,
    subject_id: UUID,
    text: str,
    dedupe_key: str,
    person_id: UUID | None = None,
) -> bool:
    """Put one line on a member's screen; it appears when the act that caused it commits.

    `text` is a whole sentence in the member's language (at most 300 characters, cut beyond), `kind` a short code,
    `subject_type` a name known to `clais.messaging.subjects`. Returns False, and does nothing, when the member
    already has a line with this `dedupe_key` (at most 120 characters).
    """
    return _once(
        session,
        Notification,
        membership_id=membership_id,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        text=_line(text, LONGEST_TEXT),
        dedupe_key=dedupe_key,
    )


def post_mail(session: ScopedSession, recipient: str, subject: str, body: str, dedupe_key: str) -> bool:
    """Put one mail in the outbox; the worker sends it after the commit of the act that caused it.

    `recipient` is one address, `body` plain text. A mail leaves the house: it names no candidate. Returns False, and
    does nothing, when the tenant's outbox already has a mail with this `dedupe_key` (at most 120 characters).
    """
    return _once(
        session,
        OutboxMessage,
        recipient=_line(recipient, LONGEST_SUBJECT),
        subject=_line(subject, LONGEST_SUBJECT),
        body=body,
        dedupe_key=dedupe_key,
    )


def mark_read(session: ScopedSession, membership_id: UUID, notification_id: UUID | None = None) -> int:
    """Mark one line of a member as read, or all of them; returns how many were unread until now."""
    wanted = [
        Notification.tenant_id == session.scope.tenant_id,
        Notification.membership_id == membership_id,
        Notification.read_at.is_(None),
    ]
    if notification_id is not None:
        wanted.append(Notification.id == notification_id)
    return len(
        session.execute(update(Notification).where(*wanted).values(read_at=now()).returning(Notification.id))
        .scalars()
        .all()
    )


def _once(session: ScopedSession, model: type[Notification | OutboxMessage], **values: Any) -> bool:
    """Insert a row unless its dedupe key is taken.

    A savepoint and the unique key rather than ON CONFLICT, which leaked rows under row security before the server's
    fix of CVE-2026-120154. Whoever comes second waits for the first one's commit, so that two at once are one too.
    """
    try:
        with session.begin_nested():
            session.execute(insert(model).values(tenant_id=session.scope.tenant_id, **values))
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        return False
    return True


def _line(text: str, longest: int) -> str:
    """`text` on one line and not too long: a line break in a header would be a second header."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
