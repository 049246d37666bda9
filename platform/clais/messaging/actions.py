import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from clais.clock import now
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.messaging.models import Notification, OutboxMessage

UNIQUE_VIOLATION = "23505"
SEND = "mail.send"
"""The job that sends the mails of the outbox."""
BREAKING_SPACES = re.compile(r"[^\S\u00a0\u202f]+")
"""All but the hard spaces of French, before a colon for instance."""
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
        text=single_line(text, MAXIMUM_TEXT_LENGTH),
        dedupe_key=dedupe_key,
    )


def notify_all(session: ScopedSession, lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Notify members of many things, in one statement; returns the lines that were new.

    A line has the arguments of `notify` by name, and `read_at` where it is read already.
    """
    rows = [{**line, "text": single_line(line["text"], MAXIMUM_TEXT_LENGTH)} for line in lines]
    here = session.scope.tenant_id
    try:
        with session.begin_nested():
            if rows:
                session.execute(insert(Notification), [{"tenant_id": here, **row} for row in rows])
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        # A member has just looked at one of them.
        return [line for line, row in zip(lines, rows, strict=True) if _insert_once(session, Notification, **row)]
    return list(lines)


def post_mail(
    session: ScopedSession,
    recipient: str,
    subject: str,
    body: str,
    dedupe_key: str,
    *,
    calendar: str | None = None,
    forgets_recipient: bool = False,
) -> bool:
    """Put one mail in the outbox; the worker sends it after the transaction commits.

    `recipient` is one address, `body` plain text, `calendar` a calendar file that goes with it. An address that was
    given for this mail alone is erased with the body (`forgets_recipient`). Mails leave the system, so they name no
    candidate. Returns False, and does nothing, when the tenant's outbox already has a mail with this
    `dedupe_key` (at most 120 characters).
    """
    is_new = _insert_once(
        session,
        OutboxMessage,
        recipient=single_line(recipient, MAXIMUM_SUBJECT_LENGTH),
        forgets_recipient=forgets_recipient,
        subject=single_line(subject, MAXIMUM_SUBJECT_LENGTH),
        body=body,
        calendar=calendar,
        dedupe_key=dedupe_key,
    )
    if is_new:
        make_due(session, SEND)
    return is_new


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


def pass_notices(session: ScopedSession, person_id: UUID, giver: UUID | None, taker: UUID, *, personal: str) -> None:
    """Let the notifications about a person follow their file from `giver`, and from whoever heard of it, to `taker`.

    What nobody has read is for `taker` to read; what one of them has read is not news to `taker` either. The others
    have nothing left to read about the file. Notifications of the kind `personal` are about their reader: they do not
    pass, and `giver` alone has nothing left to read of them.
    """
    about = (Notification.tenant_id == session.scope.tenant_id, Notification.person_id == person_id)
    lines = session.scalars(select(Notification).where(*about).order_by(Notification.created_at)).all()
    known = {line.dedupe_key for line in lines if line.membership_id == taker}
    passed: dict[str, list[Notification]] = {}
    for line in lines:
        if line.membership_id != taker and line.kind != personal and line.dedupe_key not in known:
            passed.setdefault(line.dedupe_key, []).append(line)
    copied = ("kind", "subject_type", "subject_id", "person_id", "text", "dedupe_key", "created_at")
    for copies in passed.values():
        values = {name: getattr(copies[0], name) for name in copied}
        read_at = min((line.read_at for line in copies if line.read_at), default=None)
        session.add(Notification(membership_id=taker, read_at=read_at, **values))
    session.flush()
    over = (Notification.kind != personal) | (Notification.membership_id == giver)
    unread = (Notification.membership_id != taker, Notification.read_at.is_(None))
    session.execute(update(Notification).where(*about, *unread, over).values(read_at=now()))


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


def single_line(text: str, longest: int) -> str:
    """`text` on one line, cut at `longest` characters: a line break in a mail header would start a second header."""
    line = BREAKING_SPACES.sub(" ", text).strip()
    return line if len(line) <= longest else line[: longest - 1] + "…"
