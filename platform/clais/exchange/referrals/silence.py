"""Of many messages a member reads one line; the others are silent, until nothing stands for them any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on

from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.referrals import news
from clais.messaging.models import SILENT, SPOKEN, Notification

LOOK_BACK = timedelta(days=14)
"""Older news is not announced: the worker may have been down for long."""
STANDS = timedelta(days=1)
"""So long an unread line of messages stands for those that come after it; then they are told again."""
MOST = 2000
"""How many lines one run lets speak at most; the next run goes on."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one member is told. An earlier line that they have not read stands for a silent one."""

    member_id: UUID
    key: str
    text: str
    kind: str
    subject_id: UUID
    person_id: UUID | None = None
    is_silent: bool = False

    def values(self) -> dict[str, object]:
        """The notification, for `notify_all`."""
        return {
            "membership_id": self.member_id,
            "kind": SILENT if self.is_silent else self.kind,
            "subject_type": "withdrawal" if self.kind == "withdrawal" else news.SUBJECT,
            "subject_id": self.subject_id,
            "person_id": self.person_id,
            "text": self.text,
            "dedupe_key": self.key,
        }


def spoken_after_all(session: ScopedSession) -> list[Line]:
    """Let silent lines speak that nothing stands for any more, one for each member and referral.

    The line that stood for them was read in the moment in which they were written, or the file went to someone else:
    they are unread, and nobody would be told.
    """
    # One set without another, which PostgreSQL hashes: of thousands of silent lines mostly every one is stood for.
    pair = tuple_(Notification.membership_id, Notification.subject_id)
    first = (
        select(Notification)
        .ext(distinct_on(Notification.membership_id, Notification.subject_id))
        .where(*_is_silent(session), pair.not_in(_standing(session).correlate(None)))
        .order_by(Notification.membership_id, Notification.subject_id, Notification.id)
        .limit(MOST)
    )
    spoken = []
    for row in sorted(session.scalars(first), key=lambda row: row.id):
        row.kind, row.created_at = SPOKEN, now()
        spoken.append(Line(row.membership_id, row.dedupe_key, row.text, SPOKEN, row.subject_id, row.person_id))
    session.flush()
    return spoken


def next_news_at(session: ScopedSession) -> datetime | None:
    """When lines that are silent speak by themselves: at once where nothing stands for one of them any more."""
    silent = session.execute(
        select(Notification.membership_id, Notification.subject_id, func.min(Notification.created_at))
        .where(*_is_silent(session))
        .group_by(Notification.membership_id, Notification.subject_id)
    ).all()
    standing = unread_messages(session) if silent else set()
    return min(
        (since + STANDS if (member, subject) in standing else now() for member, subject, since in silent), default=None
    )


def unread_messages(session: ScopedSession) -> set[tuple[UUID, UUID]]:
    """The members and referrals with a recent line of new messages that is not read."""
    return set(session.execute(_standing(session)))


def _standing(session: ScopedSession) -> Select[UUID, UUID]:
    return select(Notification.membership_id, Notification.subject_id).where(
        Notification.tenant_id == session.scope.tenant_id,
        Notification.kind == SPOKEN,
        Notification.read_at.is_(None),
        Notification.created_at > now() - STANDS,
    )


def _is_silent(session: ScopedSession) -> tuple[ColumnElement[bool], ...]:
    return (
        Notification.tenant_id == session.scope.tenant_id,
        Notification.read_at.is_(None),
        Notification.kind == SILENT,
        Notification.created_at > now() - LOOK_BACK,
    )
