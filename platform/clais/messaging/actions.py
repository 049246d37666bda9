from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from clais.clock import now
from clais.database import ScopedSession
from clais.messaging.models import Notification, OutboxMessage

UNIQUE_VIOLATION = "23505"
MAXIMUM_SUBJECT_LENGTH = 200
MAXIMUM_TEXT_LENGTH = 300


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
    """Notify a member; the notification appears when the transaction commits.

    `text` is a whole sentence in the member's language (at most 300 characters, cut beyond), `kind` a short code,
    `subject_type` a name known to `clais.messaging.subjects`. Returns False, and does nothing, when the member
    already has a notification with this `dedupe_key` (at most 120 characters).
    """
    return _insert_once(
        session,
        Notification,
        membership_id=membership_id,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        text=_single_line(text, MAXIMUM_TEXT_LENGTH),
        dedupe_key=dedupe_key,
    )


def post_mail(session: ScopedSession, recipient: str, subject: str, body: str, dedupe_key: str) -> bool:
    """Put one mail in the outbox; the worker sends it after the transaction commits.

    `recipient` is one address, `body` plain text. Mails leave the system, so they name no candidate. Returns False, and
    does nothing, when the tenant's outbox already has a mail with this `dedupe_key` (at most 120 characters).
    """
    return _insert_once(
        session,
        OutboxMessage,
        recipient=_single_line(recipient, MAXIMUM_SUBJECT_LENGTH),
        subject=_single_line(subject, MAXIMUM_SUBJECT_LENGTH),
        body=body,
        dedupe_key=dedupe_key,
    )


def mark_read(session: ScopedSession, membership_id: UUID, notification_id: UUID | None = None) -> int:
    """Mark one notification of a member as read, or all of them; returns how many were unread."""
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


def pass_notices(session: ScopedSession, person_id: UUID, giver: UUID, taker: UUID) -> None:
    """Let the notifications about a person follow their file: what `giver` has not read is for `taker` to read, what
    they have read is not news to `taker` either.
    """
    known = select(Notification.dedupe_key).where(
        Notification.tenant_id == session.scope.tenant_id, Notification.membership_id == taker
    )
    passed = session.scalars(
        select(Notification).where(
            Notification.tenant_id == session.scope.tenant_id,
            Notification.membership_id == giver,
            Notification.person_id == person_id,
            Notification.dedupe_key.not_in(known),
        )
    ).all()
    for line in passed:
        if line.read_at is None:
            line.membership_id = taker
        else:
            copied = ("kind", "subject_type", "subject_id", "person_id", "text", "dedupe_key", "created_at", "read_at")
            values = {name: getattr(line, name) for name in copied}
            session.add(Notification(membership_id=taker, **values))
    session.flush()


def _insert_once(session: ScopedSession, model: type[Notification | OutboxMessage], **values: Any) -> bool:
    """Insert a row unless its dedupe key is taken.

    A savepoint and the unique key rather than ON CONFLICT, which leaked rows under row security before the server's
    fix of CVE-2026-120154. A concurrent second insert waits for the first one's commit, so that it fails too.
    """
    try:
        with session.begin_nested():
            session.execute(insert(model).values(tenant_id=session.scope.tenant_id, **values))
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        return False
    return True


def _single_line(text: str, longest: int) -> str:
    """`text` on one line, cut at `longest` characters: a line break in a mail header would start a second header."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"
