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
from clais.registry.queries import every_tenant, open_tenants
from clais.scheduling.models import JobRun

KEPT_RUNS = 1000
SYSTEM = "system"
UNIQUE_VIOLATION = "23505"

log = structlog.get_logger("clais.scheduling")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a job needs around it, given by the composition root.

    `around` wraps the work for one tenant, so that texts are translated and addresses built as in a request.
    """

    engine: Engine
    permissions: frozenset[str]
    name: str
    around: Callable[[Actor], AbstractContextManager[Any]]


def run_slot(surroundings: Surroundings, job: Job, moment: datetime | None = None) -> int | None:
    """Run a job for the slot of `moment` (now), once in the whole installation; returns how many tenants failed.

    None when the slot has been taken: by another worker, or by this one earlier. A tenant whose run fails is rolled
    back and counted, and the next one is served.
    """
    slot = job.slot(moment or now())
    if not _take(surroundings.engine, job, slot):
        return None
    failures = 0
    with unit_of_work(surroundings.engine, Scope()) as session:
        tenants = every_tenant(session) if job.in_every_state else open_tenants(session)
    for tenant in tenants:
        try:
            run_for(surroundings, job, tenant)
        except Exception as error:  # noqa: BLE001 - whatever befell this tenant, the others are served.
            failures += 1
            frames = _frames(error)
            log.error("job failed", job=job.name, tenant=str(tenant.id), error=type(error).__qualname__, frames=frames)  # noqa: TRY400 - a traceback's text may quote a row.
    _finish(surroundings.engine, job, slot, failures)
    return failures


def run_for(surroundings: Surroundings, job: Job, tenant: Tenant) -> None:
    """Run a job for one tenant, as the system, in that tenant's scope."""
    actor = system_actor(surroundings, tenant)
    scope = Scope(tenant_id=tenant.id, basin_id=tenant.basin_id)
    with surroundings.around(actor), unit_of_work(surroundings.engine, scope, actor) as session:
        job.run(session, actor)


def system_actor(surroundings: Surroundings, tenant: Tenant) -> Actor:
    """The system at work in one tenant: what the log will name as the author of what a job does."""
    return Actor(
        display_name=surroundings.name,
        permissions=surroundings.permissions,
        tenant_id=tenant.id,
        basin_id=tenant.basin_id,
        role=SYSTEM,
        tenant_slug=tenant.slug,
        tenant_name=tenant.name,
        tenant_code=tenant.code,
        tenant_kind=tenant.kind,
    )


def _take(engine: Engine, job: Job, slot: datetime) -> bool:
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
