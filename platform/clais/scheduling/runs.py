import traceback
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Engine, delete, insert, update
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.clock import now
from clais.database import Scope, unit_of_work
from clais.feature.job import Job
from clais.registry.models import Tenant
from clais.registry.queries import every_tenant, nowhere, open_tenants
from clais.scheduling.models import JobRun

KEPT_RUNS = 1000
SYSTEM = "system"
UNIQUE_VIOLATION = "23505"

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

    None when the slot was claimed already, by another worker or by this one. When the run for a tenant fails, it is
    rolled back and counted, and the next tenant runs.
    """
    slot = job.slot(moment or now())
    if not _claim_slot(context.engine, job, slot):
        return None
    failures = 0
    with unit_of_work(context.engine, Scope()) as session:
        tenants = every_tenant(session) if job.in_every_state else open_tenants(session)
    if job.outside_tenants:
        tenants.append(nowhere())
    for tenant in tenants:
        try:
            run_for_tenant(context, job, tenant)
        except Exception as error:  # noqa: BLE001 - a failure of one tenant must not stop the others.
            failures += 1
            frames = _frames(error)
            log.error("job failed", job=job.name, tenant=str(tenant.id), error=type(error).__qualname__, frames=frames)  # noqa: TRY400 - a traceback's text may quote a row.
    _finish(context.engine, job, slot, failures)
    return failures


def run_for_tenant(context: JobContext, job: Job, tenant: Tenant) -> None:
    """Run a job for one tenant, as the system, in that tenant's scope."""
    actor = system_actor(context, tenant)
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)
    with context.around(actor), unit_of_work(context.engine, scope, actor) as session:
        job.run(session, actor)


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


def _claim_slot(engine: Engine, job: Job, slot: datetime) -> bool:
    try:
        with unit_of_work(engine, Scope()) as session:
            session.execute(insert(JobRun).values(job=job.name, slot=slot))
            session.execute(delete(JobRun).where(JobRun.job == job.name, JobRun.slot < slot - job.every * KEPT_RUNS))
    except IntegrityError as error:
        if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
            raise
        return False
    return True


def _finish(engine: Engine, job: Job, slot: datetime, failures: int) -> None:
    with unit_of_work(engine, Scope()) as session:
        session.execute(
            update(JobRun)
            .where(JobRun.job == job.name, JobRun.slot == slot)
            .values(finished_at=now(), failures=failures)
        )


def _frames(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
