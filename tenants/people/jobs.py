"""The worker's jobs in the scope of a platform."""

from datetime import datetime

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from clais.services import services
from tenants.people.matching.keys import write_keys
from tenants.people.queries import without_name_keys
from tenants.people.withheld import take_out_of_clear, with_status_in_clear


def complete_keys(session: ScopedSession, _actor: Actor) -> int:
    """Bring the keys of people up to date who were registered before these keys existed. Returns how many."""
    waiting = without_name_keys(session)
    for person in waiting:
        write_keys(session, person, services().keyring)
    return len(waiting)


def seal_statuses(session: ScopedSession, _actor: Actor) -> int:
    """Seal the statuses that tell of health and stand in clear, from before they were sealed. Returns how many."""
    waiting = with_status_in_clear(session)
    for person in waiting:
        take_out_of_clear(services().keyring, person)
    return len(waiting)


def next_statuses_at(session: ScopedSession) -> datetime | None:
    """Now while one stands in clear."""
    return now() if with_status_in_clear(session, limit=1) else None


def next_keys_at(session: ScopedSession) -> datetime | None:
    """Now while a person is without keys."""
    return now() if without_name_keys(session, limit=1) else None
