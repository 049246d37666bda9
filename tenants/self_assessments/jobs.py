"""What the worker does for self-assessments: those of members who left go."""

from datetime import datetime

from clais.clock import now
from clais.database import ScopedSession
from tenants.self_assessments.queries import left_behind


def next_to_forget_at(session: ScopedSession) -> datetime | None:
    """Now while there is a self-assessment of a member who left."""
    return now() if left_behind(session) else None
