import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine, delete, update
from sqlalchemy.dialects.postgresql import insert

from clais.actor import Actor
from clais.clock import now
from clais.database import Scope, ScopedSession, unit_of_work
from clais.feature.job import Job
from clais.registry.models import Tenant
from clais.registry.queries import every_tenant, nowhere, open_tenants
from clais.scheduling.models import JobRun

KEPT_RUNS = 1000
SYSTEM = "system"
LEASE = timedelta(hours=1)
"""So long a run may be silent: it says at each tenant that it goes on. Then its worker was killed, and the slot is free
again.
"""

log = structlog.get_logger("clais.scheduling")


@dataclass(frozen=True, slots=True)
class JobContext:
    """What jobs run with: engine, permissions and display name of the system, from the composition root.

    `around` opens the application context for one tenant, in which texts are translated and URLs built.
    """

    engine: Engine
    permissions: frozenset[str]
    name: str
    around: Callable[[Actor], AbstractContextManager[Any]]


def run_slot(context: JobContext, job: Job, moment: datetime | None = None) -> int | None:
    """Run a job in the slot of `moment` (now), once in the whole installation; returns how many tenants failed.

    None when the slot is claimed, by another worker or by this one, or done. When the run for a tenant fails, it is
    rolled back and counted, and the next tenant runs.
    """
    slot = job.slot(moment or now())
    if job.every is None or not claim_slot(context.engine, job.name, job.every, slot):
        return None
    failures = 0
    with unit_of_work(context.engine, Scope()) as session:
        tenants = every_tenant(session) if job.in_every_state else open_tenants(session)
    if job.outside_tenants:
        tenants.append(nowhere())
    said = now()
    for tenant in tenants:
        if now() - said > LEASE / 4:
            said = now()
            keep_slot(context.engine, job.name, slot)
        try:
            run_for_tenant(context, job, tenant)
        except Exception as error:  # noqa: BLE001 - a failure of one tenant must not stop the others.
            failures += 1
            frames = frames_of(error)
            log.error("job failed", job=job.name, tenant=str(tenant.id), error=type(error).__qualname__, frames=frames)  # noqa: TRY400 - a traceback's text may quote a row.
    finish_slot(context.engine, job.name, slot, failures)
    return failures


def run_for_tenant(context: JobContext, job: Job, tenant: Tenant) -> None:
    """Run a job for one tenant, as the system, in that tenant's scope."""
    with session_for(context, tenant) as (session, actor):
        job.run(session, actor)


@contextmanager
def session_for(context: JobContext, tenant: Tenant) -> Iterator[tuple[ScopedSession, Actor]]:
    """A transaction of the system in the scope of one tenant, committed at the end."""
    actor = system_actor(context, tenant)
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)
    with context.around(actor), unit_of_work(context.engine, scope, actor) as session:
        yield session, actor


def system_actor(context: JobContext, tenant: Tenant) -> Actor:
    """The actor of a job in one tenant: the log names it as the author."""
    return Actor(
        display_name=context.name,
        permissions=context.permissions,
        tenant_id=tenant.id,
        basin_id=tenant.basin_id,
        role=SYSTEM,
        tenant_slug=tenant.slug,
        tenant_name=tenant.name,
        tenant_code=tenant.code,
        tenant_kind=tenant.kind,
    )


def claim_slot(engine: Engine, name: str, every: timedelta, slot: datetime) -> bool:
    """Take a slot for this worker; False when it is taken or done. One whose worker was killed is taken again."""
    began = {"started_at": now(), "failures": 0, "forgotten": 0}
    claim = insert(JobRun).values(job=name, slot=slot, **began)
    was_killed = JobRun.finished_at.is_(None) & (JobRun.started_at < now() - LEASE)
    with unit_of_work(engine, Scope()) as session:
        taken = session.scalar(
            claim.on_conflict_do_update(index_elements=["job", "slot"], set_=began, where=was_killed).returning(
                JobRun.slot
            )
        )
        session.execute(delete(JobRun).where(JobRun.job == name, JobRun.slot < slot - every * KEPT_RUNS))
    return taken is not None


def keep_slot(engine: Engine, name: str, slot: datetime) -> None:
    """Say that the run of a slot goes on."""
    with unit_of_work(engine, Scope()) as session:
        session.execute(update(JobRun).where(JobRun.job == name, JobRun.slot == slot).values(started_at=now()))


def finish_slot(engine: Engine, name: str, slot: datetime, failures: int, forgotten: int = 0) -> None:
    """Put on record how a run ended."""
    with unit_of_work(engine, Scope()) as session:
        session.execute(
            update(JobRun)
            .where(JobRun.job == name, JobRun.slot == slot)
            .values(finished_at=now(), failures=failures, forgotten=forgotten)
        )


def frames_of(error: BaseException) -> list[str]:
    """Where an error happened, without its text, which may quote a row."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
