from uuid import UUID

from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.database import ScopedSession


def history_of(session: ScopedSession, person_id: UUID, limit: int = 100) -> list[AuditEvent]:
    """Who did or read what in someone's file, newest first."""
    return list(
        session.scalars(
            select(AuditEvent)
            .where(AuditEvent.tenant_id == session.scope.tenant_id, AuditEvent.person_id == person_id)
            .order_by(AuditEvent.happened_at.desc(), AuditEvent.id.desc())
            .limit(limit)
        )
    )
