from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from clais.audit.models import AuditEvent
from clais.database import ScopedSession

SAME_MOMENT = timedelta(seconds=10)
"""An act and its record are written by one request, not at one instant."""


def author_at(session: ScopedSession, moment: datetime, subject_ids: Collection[UUID]) -> AuditEvent | None:
    """The act on one of some subjects that was recorded at `moment`, readings left out; None when none was.

    The moment keeps who did something else, earlier or later, from being named for it.
    """
    return session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.tenant_id == session.scope.tenant_id,
            AuditEvent.happened_at.between(moment - SAME_MOMENT, moment + SAME_MOMENT),
            AuditEvent.subject_id.in_(subject_ids),
            ~AuditEvent.verb.contains(".read"),
        )
        .order_by(AuditEvent.happened_at.desc(), AuditEvent.id.desc())
        .limit(1)
    ).first()


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
