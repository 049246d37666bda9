import logging
import random
import threading
import time
from collections.abc import Callable, Sequence

import psycopg
import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from clais.feature.job import EPOCH, Job
from clais.scheduling import claims
from clais.scheduling.claims import Claim, claim, keep_claimed, run_claimed
from clais.scheduling.leader import Leadership
from clais.scheduling.runs import JobContext, run_slot
from clais.scheduling.sweep import EVERY, run_sweep

CHECK_SECONDS = 2
"""How often the leader checks its lock, and the other workers try to take it."""
THREADS = 3
"""How many due jobs one worker runs at once, and how many of those that have a clock."""
POLL_SECONDS = 1.0
"""How long a worker that found nothing due waits before it looks again."""
RETRY_SECONDS = 15 * 60
"""How often a slot of hours is asked for: a worker that was killed in it left it to be run again."""
MISFIRE_GRACE_SECONDS = 24 * 3600
"""A late run, because the machine slept or another run was long, still takes place: once, not once per slot."""

log = structlog.get_logger("clais.scheduling")


class Worker:
    """Runs what is due, and what has a clock while it is the leader. Several may run, on several machines."""

    def __init__(self, context: JobContext, jobs: Sequence[Job], database_url: str) -> None:
        self.context = context
        self.jobs = jobs
        self.due = {job.name: job for job in jobs if job.next_at}
        self.database_url = database_url
        self.stopping = threading.Event()
        self.looking = threading.Lock()
        self.claims: dict[int, Claim] = {}
        """What each thread is running."""

    def stop(self) -> None:
        """Ask the worker to finish the running jobs and stop."""
        self.stopping.set()

    def run(self) -> None:
        """Run until `stop`. When the database or the lock is lost, try again."""
        # APScheduler logs the text of exceptions, which may quote a row; the jobs are logged without it.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        threads = [threading.Thread(target=self._run_due, name=f"due {number}") for number in range(THREADS)]
        threads.append(threading.Thread(target=self._keep_claims, name="claims", daemon=True))
        if self.due:
            for thread in threads:
                thread.start()
        with Leadership(self.database_url) as leadership:
            while not self.stopping.is_set():
                if self._acquire(leadership):
                    self._run_scheduler(leadership)
                self.stopping.wait(CHECK_SECONDS)
        for thread in threads:
            if not thread.daemon and thread.is_alive():
                thread.join()

    def _run_due(self) -> None:
        """Run what is due, one after the other, until `stop`."""
        while not self.stopping.is_set():
            taken = self._next_due()
            if taken is None:
                continue
            try:
                self.claims[threading.get_ident()] = taken
                run_claimed(self.context, self.due, taken)
            except SQLAlchemyError as error:
                # The database is down: what was claimed is due again when the claim ends.
                log.warning("due job not run", job=taken.job, error=type(error).__qualname__)
            finally:
                self.claims.pop(threading.get_ident(), None)

    def _next_due(self) -> Claim | None:
        """Wait for something that is due, and claim it; None at `stop`. One thread looks, the others wait for it."""
        with self.looking:
            while not self.stopping.is_set():
                try:
                    taken = claim(self.context.engine, list(self.due))
                except SQLAlchemyError as error:
                    log.warning("database away", error=type(error).__qualname__)
                    self.stopping.wait(CHECK_SECONDS)
                    continue
                if taken is not None:
                    return taken
                self.stopping.wait(POLL_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 - so that not all workers ask at once.
        return None

    def _keep_claims(self) -> None:
        """Keep what the threads are running claimed, also at `stop` until the last of them has ended."""
        while self.claims or not self.stopping.is_set():
            try:
                keep_claimed(self.context.engine, list(self.claims.values()))
            except SQLAlchemyError as error:
                log.warning("claims not kept", error=type(error).__qualname__)
            time.sleep(claims.LEASE.total_seconds() / 4)

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
            if job.every is not None:
                self._schedule(scheduler, job.name, job.every.total_seconds(), self._run, job)
        if self.due:
            self._schedule(scheduler, "sweep", EVERY.total_seconds(), self._sweep)
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

    @staticmethod
    def _schedule(
        scheduler: BackgroundScheduler, name: str, seconds: float, run: Callable[..., None], *arguments: Job
    ) -> None:
        scheduler.add_job(
            run,
            # Aligned with the slots: a run that starts just before its slot would claim the previous one.
            IntervalTrigger(seconds=min(seconds, RETRY_SECONDS), start_date=EPOCH, timezone="UTC"),
            args=arguments,
            id=name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=MISFIRE_GRACE_SECONDS,
        )
        # Run once at the start too, for what became due while no worker ran.
        scheduler.add_job(run, args=arguments, misfire_grace_time=MISFIRE_GRACE_SECONDS)

    def _run(self, job: Job) -> None:
        try:
            run_slot(self.context, job)
        except SQLAlchemyError as error:
            # The database is down or refused the statement: the next slot tries again.
            log.warning("job not run", job=job.name, error=type(error).__qualname__)

    def _sweep(self) -> None:
        try:
            run_sweep(self.context)
        except SQLAlchemyError as error:
            log.warning("sweep not run", error=type(error).__qualname__)
