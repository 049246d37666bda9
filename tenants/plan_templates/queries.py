from collections.abc import Sequence

from sqlalchemy import select

from clais.database import ScopedSession
from tenants.plan_templates.models import PlanTemplate

MOST = 40
"""Templates of a platform: with more, nobody finds the right one."""


def templates_here(session: ScopedSession) -> Sequence[PlanTemplate]:
    """The templates of the platform by name."""
    found = select(PlanTemplate).where(PlanTemplate.tenant_id == session.scope.tenant_id)
    return session.scalars(found.order_by(PlanTemplate.label, PlanTemplate.id).limit(MOST)).all()
