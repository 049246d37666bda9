from datetime import datetime, timedelta

from clais.actor import Actor
from clais.audit.heads import Heads
from clais.audit.sealing import seal_events, unsealed_since
from clais.audit.seals import SealingKeys
from clais.database import ScopedSession
from clais.services import services

UNSEALED = timedelta(minutes=1)
"""So long a record stays without a seal."""


def seal_trail(session: ScopedSession, _actor: Actor) -> int:
    """Seal what is on record of one tenant, and keep its last seal in the file beside the database."""
    found = services()
    return seal_events(session, SealingKeys(found.keyring), Heads(found.settings["trail_heads"]))


def next_seal_at(session: ScopedSession) -> datetime | None:
    """When the oldest record without a seal should have one."""
    since = unsealed_since(session)
    return since + UNSEALED if since else None
