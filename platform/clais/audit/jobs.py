from datetime import datetime, timedelta

from clais.actor import Actor
from clais.audit.heads import Heads
from clais.audit.sealing import seal_events, unsealed_since
from clais.audit.seals import SealingKeys
from clais.audit.verification import verify
from clais.database import ScopedSession
from clais.services import services

VERIFY = "trail.verify"
"""The name of the job that reads everything again."""
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


class TrailBrokenError(Exception):
    """A reading of the whole trail of a tenant found something that is not as it was written."""


def verify_trail(session: ScopedSession, _actor: Actor) -> None:
    """Read the whole trail of one tenant again. The run counts the tenants where it fails, which the doctor reads.

    Raises TrailBrokenError.
    """
    found = services()
    head = Heads(found.settings["trail_heads"]).read().get(session.scope.tenant_id)
    broken = verify(session, SealingKeys(found.keyring), head).broken
    if broken is not None:
        raise TrailBrokenError(broken.fault)
