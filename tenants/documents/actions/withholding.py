"""Documents that say a text of a plan which is sealed: they are as sensitive as that text."""

from uuid import UUID

from sqlalchemy import exists, select, update

from clais.clock import now
from clais.database import ScopedSession
from tenants.documents.choices import SAYS_PLAN
from tenants.documents.models import Paper
from tenants.sensitive.models import SensitiveFact

TEXTS = ("action_plan.goal", "plan_objective.text")
"""The texts of plans that may be sealed."""


def may_say_sealed_text(session: ScopedSession, paper: Paper) -> bool:
    """Whether a document that comes in may say a text that is sealed: what the person signs says it."""
    sealed = exists().where(
        SensitiveFact.tenant_id == session.scope.tenant_id,
        SensitiveFact.person_id == paper.person_id,
        SensitiveFact.subject.in_(TEXTS),
    )
    return paper.kind in SAYS_PLAN and bool(session.scalar(select(sealed)))


def withhold_papers(session: ScopedSession, person_id: UUID) -> None:
    """Shut the signed plans and contracts of a person, which say a text in clear that is sealed now."""
    session.execute(
        update(Paper)
        .where(Paper.tenant_id == session.scope.tenant_id, Paper.person_id == person_id)
        .where(Paper.kind.in_(SAYS_PLAN), Paper.withheld_at.is_(None))
        .values(withheld_at=now(), updated_at=Paper.updated_at)
    )
