"""The worker's job: it closes the files that other platforms took over."""

from datetime import datetime

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from tenants.file_transfers import actions, queries


def close_given_over(session: ScopedSession, actor: Actor) -> int:
    """In the platform that gave files on: close them. Returns how many were closed."""
    return sum(actions.close_given_over(session, actor, person) for person in queries.given_over(session))


def next_close_at(session: ScopedSession) -> datetime | None:
    """Now, while a file that was taken over is open."""
    return now() if queries.given_over(session, limit=1) else None
