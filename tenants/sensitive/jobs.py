"""The worker's job on sensitive facts: they go on the day after the last one on which they are kept."""

from datetime import datetime

from clais.actor import Actor
from clais.clock import today
from clais.database import ScopedSession
from clais.services import services
from tenants.sensitive.actions import erase_old, kept_no_more_at
from tenants.sensitive.queries import first_to_erase


def erase(session: ScopedSession, _actor: Actor) -> int:
    """Erase what is kept no more. Returns how many facts."""
    return erase_old(session, today(), services().keyring)


def next_to_erase_at(session: ScopedSession) -> datetime | None:
    """After the last day of the fact that goes first."""
    last = first_to_erase(session)
    return kept_no_more_at(last) if last else None
