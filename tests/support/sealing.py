"""Seals a trail to its end in a test, as the worker does in time."""

from uuid import UUID

from sqlalchemy import Engine

from clais.audit.heads import Heads
from clais.audit.sealing import last_seal, seal_events, unsealed
from clais.audit.seals import SealingKeys
from clais.database import Scope, ScopedSession
from clais.database.transactions import next_transaction
from tests.support.processes import wait_until


def seal_everything(engine: Engine, tenant_id: UUID, keys: SealingKeys, heads: Heads, seconds: float = 20) -> None:
    """Seal every record of a place; a transaction of another test on this server may hold it up for a moment."""

    def nothing_waits() -> bool:
        with ScopedSession(engine, Scope(tenant_id=tenant_id)) as session:
            seal_events(session, keys, heads)
            waiting, _end = unsealed(session, last_seal(session), next_transaction(session))
            return not waiting

    wait_until(nothing_waits, seconds, "everything is sealed")
