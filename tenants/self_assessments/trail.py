"""The sentences of the trail about the self-assessments of the platform; those of members are on no record."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from clais.feature.trail import Trail
from clais.translation import N_
from tenants.self_assessments.models import SelfAssessment


def names(session: ScopedSession, ids: Collection[UUID]) -> Mapping[UUID, str]:
    """What some self-assessments were called, and their years."""
    found = select(SelfAssessment.id, SelfAssessment.name, SelfAssessment.year).where(
        SelfAssessment.tenant_id == session.scope.tenant_id, SelfAssessment.id.in_(ids)
    )
    return {row.id: f"{row.name} {row.year}" for row in session.execute(found)}


TRAIL = Trail(
    verbs={
        "assessment.begin": N_("%(who)s began the self-assessment of the platform"),
        "assessment.finish": N_("%(who)s concluded the self-assessment of the platform"),
        "assessment.correct": N_("%(who)s took up the self-assessment of the platform again"),
        "assessment.share": N_("%(who)s shared the scores of the self-assessment with the support centre"),
        "assessment.keep": N_("%(who)s took the scores of the self-assessment back from the support centre"),
    },
    names={"self_assessment": names},
)
