from uuid import UUID

from sqlalchemy import BindParameter, ScalarSelect, func, select

from clais.database import HERE, MEMBER, ScopedSession
from clais.messaging.models import SILENT, Notification, OutboxMessage
from clais.messaging.outbox import awaits_decision

MAXIMUM_UNREAD = 100
MAXIMUM_READ = 30


_UNREAD = (
    select(Notification)
    .where(
        Notification.tenant_id == HERE,
        Notification.membership_id == MEMBER,
        Notification.read_at.is_(None),
        Notification.kind != SILENT,
    )
    .order_by(Notification.created_at.desc(), Notification.id.desc())
    .limit(MAXIMUM_UNREAD)
)


def unread(session: ScopedSession, membership_id: UUID) -> list[Notification]:
    """The unread notifications of a member, newest first, at most `MAXIMUM_UNREAD`."""
    return list(session.scalars(_UNREAD, {"here": session.scope.tenant_id, "member": membership_id}))


def recently_read(session: ScopedSession, membership_id: UUID) -> list[Notification]:
    """The newest notifications that a member has read, newest first."""
    return list(
        session.scalars(
            select(Notification)
            .where(
                Notification.tenant_id == session.scope.tenant_id,
                Notification.membership_id == membership_id,
                Notification.read_at.is_not(None),
                Notification.kind != SILENT,
            )
            .order_by(Notification.created_at.desc(), Notification.id.desc())
            .limit(MAXIMUM_READ)
        )
    )


def unread_count(tenant_id: UUID | BindParameter[UUID], membership_id: UUID | BindParameter[UUID]) -> ScalarSelect[int]:
    """The query that counts the unread notifications of a member, up to `MAXIMUM_UNREAD`."""
    waiting = (
        select(Notification.id)
        .where(
            Notification.tenant_id == tenant_id,
            Notification.membership_id == membership_id,
            Notification.read_at.is_(None),
            Notification.kind != SILENT,
        )
        .limit(MAXIMUM_UNREAD)
    )
    return select(func.count()).select_from(waiting.subquery()).scalar_subquery()


def mails_awaiting_decision(session: ScopedSession) -> list[OutboxMessage]:
    """The mails of a tenant that wait for a person's decision, oldest first: failed, or with unknown delivery."""
    return list(
        session.scalars(
            select(OutboxMessage)
            .where(OutboxMessage.tenant_id == session.scope.tenant_id, awaits_decision())
            .order_by(OutboxMessage.created_at, OutboxMessage.id)
        )
    )
