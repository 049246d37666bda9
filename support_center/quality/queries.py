from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from support_center.quality.models import QualityNote


def note_of(session: ScopedSession, request_id: UUID) -> QualityNote | None:
    """What the centre at work noted of a request."""
    found = select(QualityNote).where(
        QualityNote.tenant_id == session.scope.tenant_id, QualityNote.quality_request_id == request_id
    )
    return session.scalars(found).one_or_none()
