import logging
import threading
from collections.abc import Sequence

import psycopg
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from clais.feature.job import EPOCH, Job
from clais.scheduling.leader import Leadership
from clais.scheduling.runs import JobContext, run_slot

CHECK_SECONDS = 2
"""How often the leader checks its lock, and the other workers try to take it."""
THREADS = 3
MISFIRE_GRACE_SECONDS = 24 * 3600
"""A late run, because the machine slept or another run was long, still takes place: once, not once per slot."""

log = structlog.get_logger("clais.scheduling")


class Worker:
    """Runs the jobs while it is the leader. Several workers may run, on several machines."""

    def __init__(self, context: JobContext, jobs: Sequence[Job], database_url: str) -> None:
        self.context = context
        self.jobs = jobs
        self.database_url = database_url
        self.stopping = threading.Event()

    def stop(self) -> None:
        """Ask the worker to finish the running jobs and stop."""
        self.stopping.set()

    def run(self) -> None:
        """Run until `stop`. When the database or the lock is lost, stop the scheduler and try again."""
        # APScheduler logs the text of exceptions, which may quote a row; `run_slot` logs without it.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        with Leadership(self.database_url) as leadership:
            while not self.stopping.is_set():
                if self._acquire(leadership):
                    self._run_scheduler(leadership)
                self.stopping.wait(CHECK_SECONDS)

    def _acquire(self, leadership: Leadership) -> bool:
        try:
            return leadership.acquire()
        except psycopg.Error as error:
            leadership.release()
            log.warning("database away", error=type(error).__qualname__)
            return False

    def _run_scheduler(self, leadership: Leadership) -> None:
        log.info("this worker leads", jobs=len(self.jobs))
        scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(THREADS)})
        for job in self.jobs:
            scheduler.add_job(
                self._run,
                # Aligned with the slots: a run that starts just before its slot would claim the previous one.
                IntervalTrigger(seconds=job.every.total_seconds(), start_date=EPOCH, timezone="UTC"),
                args=(job,),
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=MISFIRE_GRACE_SECONDS,
            )
            # Run once at the start too, for what became due while no worker ran.
            scheduler.add_job(self._run, args=(job,), misfire_grace_time=MISFIRE_GRACE_SECONDS)
        scheduler.start()
        try:
            while not self.stopping.wait(CHECK_SECONDS):
                if not leadership.is_held():
                    log.warning("this worker has lost the lead")
                    break
        finally:
            # On `stop`, wait for the running jobs. After losing the lock, do not wait: a job may be blocked by a slow
            # server, and the next leader (possibly this worker) must run the other jobs.
            scheduler.shutdown(wait=self.stopping.is_set())
            leadership.release()

    def _run(self, job: Job) -> None:
        try:
            run_slot(self.context, job)
        except SQLAlchemyError as error:
            # The database is down or refused the statement: the next slot tries again.
            log.warning("job not run", job=job.name, error=type(error).__qualname__)
