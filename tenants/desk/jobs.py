"""What the worker does for the desk: in the evening it erases the names of people without a file."""

from datetime import datetime

from clais.actor import Actor
from clais.database import ScopedSession
from tenants.desk.actions import evening


def erase_names(session: ScopedSession, _actor: Actor) -> int:
    """Erase the names of the days that are over. Returns of how many visits."""
    return evening.erase_names(session)


def next_names_at(session: ScopedSession) -> datetime | None:
    """The evening of the first day that has names still."""
    return evening.next_evening(session)
