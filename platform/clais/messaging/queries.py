from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect, func, select

from clais.database import ScopedSession
from clais.messaging.models import Notification, OutboxMessage
from clais.messaging.outbox import undecided

MOST_UNREAD = 100
MOST_READ = 30


def unread(session: ScopedSession, membership_id: UUID) -> list[Notification]:
    """A member's unread lines, newest first, at most a hundred."""
    return list(
        session.scalars(
            select(Notification)
            .where(
                Notification.tenant_id == session.scope.tenant_id,
                Notification.membership_id == membership_id,
                Notification.read_at.is_(None),
            )
            .order_by(Notification.created_at.desc(), Notification.id.desc())
            .limit(MOST_UNREAD)
        )
    )


def lately_read(session: ScopedSession, membership_id: UUID) -> list[Notification]:
    """The last lines that a member has read, newest first."""
    return list(
        session.scalars(
            select(Notification)
            .where(
                Notification.tenant_id == session.scope.tenant_id,
                Notification.membership_id == membership_id,
                Notification.read_at.is_not(None),
            )
            .order_by(Notification.created_at.desc(), Notification.id.desc())
            .limit(MOST_READ)
        )
    )


def unread_count(tenant_id: UUID | BindParameter[UUID], membership_id: UUID | BindParameter[UUID]) -> ScalarSelect[int]:
    """The query of how many lines wait for a member, counted up to a hundred: more is no more news."""
    waiting = (
        select(Notification.id)
        .where(
            Notification.tenant_id == tenant_id,
            Notification.membership_id == membership_id,
            Notification.read_at.is_(None),
        )
        .limit(MOST_UNREAD)
    )
    return select(func.count()).select_from(waiting.subquery()).scalar_subquery()


def undecided_mails(session: ScopedSession) -> list[OutboxMessage]:
    """The mails of a tenant that wait for a person's word, oldest first: failed, or nobody knows whether they left."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.tenant_id == session.scope.tenant_id, undecided())
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
        )
    )
