"""What the worker does for the web shell."""

from datetime import timedelta

from sqlalchemy import delete

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.web.submissions.models import Submission

KEEP_SUBMISSIONS = timedelta(days=2)
"""A form that is sent again later than this comes from a page that no session opens any more."""


def forget_submissions(session: ScopedSession, _actor: Actor) -> None:
    """Forget, in one tenant, the keys of forms that were sent long ago."""
    session.execute(
        delete(Submission).where(
            Submission.tenant_id == session.scope.tenant_id, Submission.created_at < now() - KEEP_SUBMISSIONS
        )
    )
