"""The worker's job on summaries, in the scope of the platform that sent them: after a year they are erased."""

from datetime import datetime

from sqlalchemy import delete

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.exchange.quality.models import QualitySummary
from clais.exchange.quality.queries import LIFE, oldest_summary_at

FORGET = "quality.forget"
FORGET_DRAFTS = "quality.forget_drafts"
"""The job of a platform that a centre makes due when it closes a request."""


def forget_summaries(session: ScopedSession, _actor: Actor) -> int:
    """Erase the summaries that were sent more than a year ago, for both parties. Returns how many."""
    old = (QualitySummary.tenant_id == session.scope.tenant_id, QualitySummary.sent_at <= now() - LIFE)
    return len(session.scalars(delete(QualitySummary).where(*old).returning(QualitySummary.id)).all())


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """A year after the oldest summary was sent."""
    oldest = oldest_summary_at(session)
    return oldest + LIFE if oldest else None
