"""Runs what is due: any number of workers, each claims a job of one tenant and runs it.

A claim ends by itself when its worker dies: a worker that lives makes its claims later all the time. So a job of a
killed worker runs again after LEASE at the latest. Rows that come while a job runs are not part of its claim, and run
it again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import Engine, delete, insert, or_, select, update

from clais.clock import now
from clais.database import NIL, Scope, ScopedSession, unit_of_work
from clais.due.models import Due
from clais.feature.job import Job
from clais.registry.models import Tenant
from clais.registry.queries import nowhere
from clais.scheduling.runs import JobContext, frames_of, session_for

LEASE = timedelta(seconds=15)
"""How long a claim holds by itself."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
"""The pause after a failure doubles, up to the longest."""
SOONEST = timedelta(seconds=1)
"""A job that is due again at once waits so long, so that others get their turn."""

log = structlog.get_logger("clais.scheduling")


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is due for one tenant, and the rows that say so."""

    job: str
    tenant_id: UUID
    rows: tuple[UUID, ...]
    since: datetime
    failures: int


def claim(engine: Engine, jobs: Sequence[str]) -> Claim | None:
    """Take what has been due longest of `jobs`, with all that is due of the same job and tenant; None when nothing is.

    Whoever claims at the same moment gets something else.
    """
    moment = now()
    is_free = or_(Due.claimed_until.is_(None), Due.claimed_until <= moment)
    first = (
        select(Due.job, Due.tenant_id)
        .where(Due.job.in_(jobs), Due.at <= moment, is_free)
        .order_by(Due.at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("first")
    )
    rows = (
        select(Due.id)
        .join(first, (first.c.job == Due.job) & (first.c.tenant_id == Due.tenant_id))
        .where(Due.at <= moment, is_free)
        .with_for_update(skip_locked=True, of=Due)
        .cte("rows")
    )
    taken = update(Due).where(Due.id.in_(select(rows.c.id))).values(claimed_until=moment + LEASE)
    with unit_of_work(engine, Scope()) as session:
        found = session.execute(
            taken.returning(Due.id, Due.job, Due.tenant_id, Due.at, Due.failures).execution_options(
                synchronize_session=False
            )
        ).all()
    if not found:
        return None
    ids = tuple(row.id for row in found)
    return Claim(
        found[0].job, found[0].tenant_id, ids, min(row.at for row in found), max(row.failures for row in found)
    )


def keep_claimed(engine: Engine, claims: Sequence[Claim]) -> None:
    """Keep these claims for another LEASE."""
    rows = [row for one in claims for row in one.rows]
    if rows:
        with unit_of_work(engine, Scope()) as session:
            _update(session, rows, claimed_until=now() + LEASE)


def run_claimed(context: JobContext, jobs: Mapping[str, Job], taken: Claim) -> bool:
    """Run the job of a claim in its tenant's scope, and say when it is due next; False when it failed.

    What the job wrote and the end of its claim are committed together. After a failure, all is rolled back and the job
    is due again later.
    """
    job = jobs[taken.job]
    try:
        tenant = _tenant(context.engine, taken.tenant_id)
        if tenant is None or not (job.in_every_state or tenant.state == "open"):
            _finish_without_running(context.engine, taken)  # It is due again when the tenant resumes.
            return True
        with session_for(context, tenant) as (session, actor):
            job.run(session, actor)
            _finish(session, job, taken)
    except Exception as error:  # noqa: BLE001 - a failure in one tenant must not stop the others.
        log.error(  # noqa: TRY400 - a traceback's text may quote a row.
            "job failed",
            job=job.name,
            tenant=str(taken.tenant_id),
            error=type(error).__qualname__,
            frames=frames_of(error),
        )
        _postpone(context.engine, taken)
        return False
    return True


def plan_next(session: ScopedSession, job: Job) -> None:
    """Make a job due when it has something to do by itself, in place of what was planned before."""
    if job.next_at is None:
        return
    session.flush()
    here, moment = session.scope.tenant_id, job.next_at(session)
    planned = (
        select(Due.id)
        .where(Due.job == job.name, Due.tenant_id == here, Due.at > now(), Due.claimed_until.is_(None))
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(Due).where(Due.id.in_(planned)).execution_options(synchronize_session=False))
    if moment is not None:
        at = max(moment, now() + SOONEST)
        session.connection().execute(insert(Due), [{"job": job.name, "tenant_id": here, "at": at}])


def _finish(session: ScopedSession, job: Job, taken: Claim) -> None:
    plan_next(session, job)
    session.execute(delete(Due).where(Due.id.in_(taken.rows)).execution_options(synchronize_session=False))


def _finish_without_running(engine: Engine, taken: Claim) -> None:
    with unit_of_work(engine, Scope()) as session:
        session.execute(delete(Due).where(Due.id.in_(taken.rows)).execution_options(synchronize_session=False))


def _postpone(engine: Engine, taken: Claim) -> None:
    pause = min(FIRST_PAUSE * 2 ** min(taken.failures, 10), LONGEST_PAUSE)
    with unit_of_work(engine, Scope()) as session:
        _update(session, taken.rows, at=now() + pause, claimed_until=None, failures=taken.failures + 1)


def _update(session: ScopedSession, rows: Sequence[UUID], **values: object) -> None:
    changed = update(Due).where(Due.id.in_(rows)).values(**values)
    session.execute(changed.execution_options(synchronize_session=False))


def _tenant(engine: Engine, tenant_id: UUID) -> Tenant | None:
    if tenant_id == NIL:
        return nowhere()
    with unit_of_work(engine, Scope()) as session:
        return session.get(Tenant, tenant_id)
