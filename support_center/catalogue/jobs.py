"""The worker's jobs on the catalogue of a centre."""

from clais.actor import Actor
from clais.database import ScopedSession
from support_center.catalogue import delays


def count_delays(session: ScopedSession, actor: Actor) -> int:
    """Publish how long things usually take, counted anew. Returns how many delays there are to say."""
    found = delays.counted(session)
    delays.publish(session, actor.basin_id, found)
    return len(found)
