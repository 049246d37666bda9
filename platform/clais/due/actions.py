"""Makes jobs due, in the transaction of the act that gives them something to do."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import event, insert

from clais.clock import now
from clais.database import ScopedSession
from clais.due.models import Due
from clais.oldest import drop_oldest

PENDING = "jobs made due"
LATER = timedelta(seconds=30)
MOST_REMEMBERED = 20_000

Waking = tuple[str, UUID, datetime | None]
_remembered: dict[Waking, None] = {}
"""What this process has committed for moments to come, oldest first."""


def make_due(session: ScopedSession, *jobs: str, tenant_id: UUID | None = None, at: datetime | None = None) -> None:
    """Let `jobs` run for a tenant, the one at work unless another is given, from `at` on (when the act commits).

    Asked several times in a transaction, it is written once.
    """
    place = session.scope.tenant_id if tenant_id is None else tenant_id
    pending: set[Waking] = session.info.setdefault(PENDING, set())
    new = [waking for job in jobs if (waking := (job, place, at)) not in pending and waking not in _remembered]
    if new:
        pending.update(new)
        moment = now()
        # Past the unit of work: what an action has not written yet stays for it to finish.
        rows = [{"job": job, "tenant_id": where, "at": at or moment} for job, where, at in new]
        session.connection().execute(insert(Due).values(rows))


def make_due_soon(session: ScopedSession, job: str) -> None:
    """Let a job run for the tenant at work in half a minute to a minute: for what nearly every request gives it to do.

    One row stands for all that a process does in half a minute. No transaction lasts so long that the job could come
    before its end; what should slip through all the same is found by the sweep.
    """
    begun = now().replace(microsecond=0)
    make_due(session, job, at=begun - timedelta(seconds=begun.second % LATER.seconds) + 2 * LATER)


@event.listens_for(ScopedSession, "after_commit")
def _remember(session: ScopedSession) -> None:
    if session.in_nested_transaction():
        return
    for waking in session.info.pop(PENDING, ()):
        if waking[2] is not None:
            _remembered[waking] = None
    drop_oldest(_remembered, MOST_REMEMBERED)


@event.listens_for(ScopedSession, "after_soft_rollback")
def _forget(session: ScopedSession, _previous: object) -> None:
    # Which of them a savepoint took back is not known: written twice is no harm.
    session.info.pop(PENDING, None)
