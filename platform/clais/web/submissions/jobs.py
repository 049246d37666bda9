"""The job of form submissions."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.web.submissions.models import Submission

KEEP_SUBMISSIONS = timedelta(days=2)
"""Longer than any session lasts, so a page whose key was deleted cannot be submitted any more."""


def forget_submissions(session: ScopedSession, _actor: Actor) -> None:
    """Delete the keys of old submissions of one tenant."""
    session.execute(
        delete(Submission).where(
            Submission.tenant_id == session.scope.tenant_id, Submission.created_at < now() - KEEP_SUBMISSIONS
        )
    )


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """When the oldest key of one tenant is to be deleted."""
    oldest = session.scalar(
        select(func.min(Submission.created_at)).where(Submission.tenant_id == session.scope.tenant_id)
    )
    return oldest + KEEP_SUBMISSIONS if oldest else None
