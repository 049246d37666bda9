"""What a worker would do, in the test's own process."""

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import timedelta

from flask import Flask
from sqlalchemy import Engine, delete, select, update

from clais import clock
from clais.database import Scope, ScopedSession, unit_of_work
from clais.due.models import Due
from clais.feature import composition
from clais.feature.job import Job
from clais.messaging.models import OutboxMessage
from clais.registry.models import Tenant
from clais.scheduling.claims import claim, run_claimed
from clais.scheduling.runs import JobContext
from config.worker import job_context_of


def context_of(app: Flask) -> JobContext:
    """What the worker of this application runs jobs with."""
    return job_context_of(app, "http://localhost")


def due_jobs_of(app: Flask) -> dict[str, Job]:
    """The jobs that run where they are due, by name."""
    with app.app_context():
        return {job.name: job for job in composition().due_jobs}


def run_due(app: Flask, *names: str, ahead: timedelta = timedelta()) -> list[tuple[str, str]]:
    """Run what is due of these jobs, as of `ahead` from now, until nothing is; what ran, with the tenant's key."""
    context, jobs = context_of(app), due_jobs_of(app)
    ran: list[tuple[str, str]] = []
    while True:
        with clock.set_to(clock.now() + ahead) if ahead else nullcontext():
            taken = claim(context.engine, names)
        if taken is None:
            return ran
        assert run_claimed(context, jobs, taken), taken.job
        ran.append((taken.job, str(taken.tenant_id)))


def due_of(session: ScopedSession, tenant: Tenant) -> list[Due]:
    """What is due for a tenant, or will be."""
    return list(session.scalars(select(Due).where(Due.tenant_id == tenant.id).order_by(Due.at)))


def forget_due(app: Flask, tenant: Tenant | None = None) -> None:
    """Begin with nothing due, in one tenant or anywhere."""
    rows = delete(Due) if tenant is None else delete(Due).where(Due.tenant_id == tenant.id)
    with unit_of_work(context_of(app).engine, Scope()) as session:
        session.execute(rows)


def let_claims_end(superuser: Engine, tenants: Iterable[Tenant], lease: timedelta) -> None:
    """Let `lease` pass for what a killed worker had claimed in these tenants: what it holds for longer is not free."""
    keys = [tenant.id for tenant in tenants]
    jobs = update(Due).where(Due.tenant_id.in_(keys)).values(claimed_until=Due.claimed_until - lease)
    of_mails = (OutboxMessage.tenant_id.in_(keys), OutboxMessage.state == "sending")
    mails = update(OutboxMessage).where(*of_mails).values(due_at=OutboxMessage.due_at - lease)
    with superuser.begin() as connection:
        connection.execute(jobs)
        connection.execute(mails)
