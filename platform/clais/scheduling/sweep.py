"""Visits every tenant now and then, for what nobody made due: a forgotten act, rows written past the house."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from clais.clock import now
from clais.database import Scope, ScopedSession, unit_of_work
from clais.due.actions import make_due
from clais.due.models import Due
from clais.feature import composition
from clais.feature.job import EPOCH, Job, slot_of
from clais.registry.models import Tenant
from clais.registry.queries import every_tenant, nowhere
from clais.scheduling.runs import JobContext, claim_slot, finish_slot, frames_of, session_for, system_actor

EVERY = timedelta(minutes=1)
SWEEP = "due.sweep"
"""The name under which its runs are on record."""
TENANTS_A_TURN = 25
FEWEST_TURNS = 10
"""Each tenant is visited once in so many turns at least, and where there are many, as often as 25 a turn allow: a visit
takes 25 to 30 ms of processor, so that an idle worker stays below 2 % of a core with 10,000 tenants too, of which each
is then visited every seven hours."""
GRACE = timedelta(minutes=2)
"""What has been due for so long, and nobody said so, was forgotten."""

log = structlog.get_logger("clais.scheduling")


@dataclass(slots=True)
class Swept:
    """What one turn found."""

    forgotten: int = 0
    failures: int = 0


def run_sweep(context: JobContext, moment: datetime | None = None) -> Swept | None:
    """Sweep once in the slot of `moment` (now) in the whole installation; None when it was done already."""
    slot = slot_of(EVERY, moment or now())
    if not claim_slot(context.engine, SWEEP, EVERY, slot):
        return None
    with context.around(system_actor(context, nowhere())):
        swept = sweep(context, slot)
    finish_slot(context.engine, SWEEP, slot, swept.failures, swept.forgotten)
    return swept


def sweep(context: JobContext, slot: datetime) -> Swept:
    """Look after the tenants whose turn it is: whatever has to be done and is not due becomes due."""
    with unit_of_work(context.engine, Scope()) as session:
        tenants = [*every_tenant(session), nowhere()]
    turns = max(FEWEST_TURNS, -(-len(tenants) // TENANTS_A_TURN))
    turn = int((slot - EPOCH) / EVERY) % turns
    swept = Swept()
    for tenant in tenants:
        if tenant.id.int % turns == turn:
            _visit(context, tenant, swept)
    return swept


def _visit(context: JobContext, tenant: Tenant, swept: Swept) -> None:
    try:
        with session_for(context, tenant) as (session, _actor):
            for job in jobs_of(tenant):
                swept.forgotten += look_after(session, job)
    except Exception as error:  # noqa: BLE001 - a failure in one tenant must not stop the others.
        swept.failures += 1
        log.error("sweep failed", tenant=str(tenant.id), error=type(error).__qualname__, frames=frames_of(error))  # noqa: TRY400 - a traceback's text may quote a row.


def jobs_of(tenant: Tenant) -> list[Job]:
    """The jobs that may run where they are due, for a tenant in its state."""
    outside = tenant.id == nowhere().id
    return [
        job
        for job in composition().due_jobs
        if (job.outside_tenants if outside else job.in_every_state or tenant.state == "open")
    ]


def look_after(session: ScopedSession, job: Job) -> bool:
    """Make a job due for the tenant at work where it should be and is not; True when it was forgotten."""
    # Asked again after the rows of the queue: what was just done was not forgotten.
    if job.missed and job.missed(session) and not _is_due(session, job, now()) and job.missed(session):
        moment = now() - 2 * GRACE
    else:
        found = job.next_at(session) if job.next_at else None
        if found is None or _is_due(session, job, max(found, now()) + GRACE):
            return False
        moment = found
    make_due(session, job.name, at=max(moment, now()))
    is_forgotten = not job.swept and moment < now() - GRACE
    if is_forgotten:
        log.error("a job was due and nobody said so", job=job.name, tenant=str(session.scope.tenant_id))
    return is_forgotten


def _is_due(session: ScopedSession, job: Job, until: datetime) -> bool:
    row = select(Due.id).where(Due.job == job.name, Due.tenant_id == session.scope.tenant_id, Due.at <= until)
    return session.scalar(row.limit(1)) is not None
