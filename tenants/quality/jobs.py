"""The worker's job on drawn files: what was written for a request that its centre closed is kept no longer."""

from datetime import datetime

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from tenants.quality.actions import forget_texts
from tenants.quality.queries import closed_drafts


def forget_drafts(session: ScopedSession, _actor: Actor) -> int:
    """Erase the summaries that were written and never sent, of requests that are closed. Returns how many."""
    drafts = closed_drafts(session)
    for row in drafts:
        forget_texts(row)
    session.flush()
    return len(drafts)


def next_draft_at(session: ScopedSession) -> datetime | None:
    """Now, when there is one."""
    return now() if closed_drafts(session) else None
