"""The worker's jobs in the scope of a platform."""

from clais.actor import Actor
from clais.database import ScopedSession
from clais.services import services
from tenants.people.matching.keys import write_keys
from tenants.people.queries import without_name_keys


def complete_keys(session: ScopedSession, _actor: Actor) -> int:
    """Bring the keys of people up to date who were registered before these keys existed. Returns how many."""
    waiting = without_name_keys(session)
    for person in waiting:
        write_keys(session, person, services().keyring)
    return len(waiting)
