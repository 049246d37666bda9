"""The worker's jobs on the catalogue of a centre."""

from clais.actor import Actor
from clais.clock import now
from clais.database import ScopedSession
from support_center.catalogue import delays, websites


def count_delays(session: ScopedSession, actor: Actor) -> int:
    """Publish how long things usually take, counted anew. Returns how many delays there are to say."""
    found = delays.counted(session)
    delays.publish(session, actor.basin_id, found)
    return len(found)


def check_website(session: ScopedSession, _actor: Actor) -> str | None:
    """Ask the website that was not asked for longest, if it is time. Returns which."""
    moment = websites.next_check_at(session)
    if moment is None or moment > now():
        return None
    website = min(websites.due(session))[1]
    websites.note(session, website, websites.check(website))
    return website
