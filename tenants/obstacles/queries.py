"""What was learnt of obstacles between bilans."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.thread import Source
from tenants.obstacles.models import ObstacleChange

OF_A_PERSON = Source(
    ObstacleChange.person_id,
    {
        "id": ObstacleChange.id,
        "person_id": ObstacleChange.person_id,
        "dimension": ObstacleChange.dimension,
        "seen_on": ObstacleChange.seen_on,
        "level": ObstacleChange.level,
        "source": ObstacleChange.source,
        "noticed_by": ObstacleChange.noticed_by,
        "lifted_how": ObstacleChange.lifted_how,
        "note": ObstacleChange.note,
        "noted_by": ObstacleChange.noted_by,
        "created_at": ObstacleChange.created_at,
    },
    order=(ObstacleChange.seen_on.desc(), ObstacleChange.id.desc()),
    minimum=40,
)
"""What the thread of a file and its obstacles show, the newest first."""


def changes_of(session: ScopedSession, person_id: UUID) -> Sequence[ObstacleChange]:
    """What was learnt between bilans, the newest first."""
    found = select(ObstacleChange).where(
        ObstacleChange.tenant_id == session.scope.tenant_id, ObstacleChange.person_id == person_id
    )
    return session.scalars(found.order_by(ObstacleChange.seen_on.desc(), ObstacleChange.id.desc())).all()
