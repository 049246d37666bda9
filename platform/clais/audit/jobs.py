from clais.actor import Actor
from clais.audit.heads import Heads
from clais.audit.sealing import seal_events
from clais.audit.seals import SealingKeys
from clais.database import ScopedSession
from clais.services import services


def seal_trail(session: ScopedSession, _actor: Actor) -> int:
    """Seal what is on record of one tenant, and keep its last seal in the file beside the database."""
    found = services()
    return seal_events(session, SealingKeys(found.keyring), Heads(found.settings["trail_heads"]))
