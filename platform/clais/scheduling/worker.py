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
from clais.scheduling.runs import Surroundings, run_slot

CHECK_SECONDS = 2
"""How often a leader makes sure that it still leads, and the others try to."""
THREADS = 3
MISFIRE_GRACE_SECONDS = 24 * 3600
"""A run that is late, because the machine slept or another run was long, still takes place: once, not once per slot."""

log = structlog.get_logger("clais.scheduling")


class Worker:
    """Runs the jobs while it leads; otherwise waits until it does. Several may run, on several machines."""

    def __init__(self, surroundings: Surroundings, jobs: Sequence[Job], database_url: str) -> None:
        self.surroundings = surroundings
        self.jobs = jobs
        self.database_url = database_url
        self.stopping = threading.Event()

    def stop(self) -> None:
        """Ask the worker to finish what it is at and end."""
        self.stopping.set()

    def run(self) -> None:
        """Work until `stop`. Losing the database, or the lead, ends the scheduler and is tried again."""
        # The library logs each run, and an exception's text with it; `run_slot` says what may be said.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        with Leadership(self.database_url) as leadership:
            while not self.stopping.is_set():
                if self._leads(leadership):
                    self._lead(leadership)
                self.stopping.wait(CHECK_SECONDS)

    def _leads(self, leadership: Leadership) -> bool:
        try:
            return leadership.acquire()
        except psycopg.Error as error:
            leadership.release()
            log.warning("database away", error=type(error).__qualname__)
            return False

    def _lead(self, leadership: Leadership) -> None:
        log.info("this worker leads", jobs=len(self.jobs))
        scheduler = BackgroundScheduler(timezone="UTC", executors={"default": ThreadPoolExecutor(THREADS)})
        for job in self.jobs:
            scheduler.add_job(
                self._run,
                # Aligned with the slots: a run that begins a moment before its slot would miss it.
                IntervalTrigger(seconds=job.every.total_seconds(), start_date=EPOCH, timezone="UTC"),
                args=(job,),
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=MISFIRE_GRACE_SECONDS,
            )
            # Once at the start, too: what was due while no worker ran is not left until the next slot.
            scheduler.add_job(self._run, args=(job,), misfire_grace_time=MISFIRE_GRACE_SECONDS)
        scheduler.start()
        try:
            while not self.stopping.wait(CHECK_SECONDS):
                if not leadership.stands():
                    log.warning("this worker has lost the lead")
                    break
        finally:
            # Asked to stop, it finishes what it is at. One that has lost the lead does not wait: a job may be long at
            # a slow server, and whoever leads next, this worker too, runs the others beside it.
            scheduler.shutdown(wait=self.stopping.is_set())
            leadership.release()

    def _run(self, job: Job) -> None:
        try:
            run_slot(self.surroundings, job)
        except SQLAlchemyError as error:
            # The database is away or refused: the next slot tries again.
            log.warning("job not run", job=job.name, error=type(error).__qualname__)
