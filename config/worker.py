import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from flask import Flask, g
from werkzeug.test import create_environ

from clais.actor import Actor
from clais.database import open_engine
from clais.feature import composition
from clais.feature.job import Job
from clais.identity.roles import ROLES
from clais.scheduling.runs import SYSTEM, JobContext
from clais.scheduling.worker import Worker
from clais.services import EXTENSION, Services, services
from clais.translation import gettext
from config.app import create_app
from config.database import leader_url
from config.logging import configure_logging
from config.settings import Settings
from config.tending import once_it_answers, tend

POOL = 6
"""Connections of a worker: one per thread, and one to record the runs."""


def make_worker(settings: Settings, database_url: str, jobs: Sequence[Job] | None = None) -> Worker:
    """Compose the worker: the same application as the server, used by the system instead of a browser."""
    engine = open_engine(database_url, pool_size=POOL)
    try:
        app = create_app(settings, database_url, engine=engine)
    except Exception:
        engine.dispose()
        raise
    with app.app_context():
        services().new_transport()  # An address that is none is refused here, not at the first mail.
        due = composition().jobs if jobs is None else jobs
    return Worker(job_context_of(app, settings.link_url), due, leader_url(settings, database_url))


def job_context_of(app: Flask, public_url: str) -> JobContext:
    """The engine, the system's permissions, and an application context in which jobs translate texts and build URLs."""
    installed: Services = app.extensions[EXTENSION]

    @contextmanager
    def around(actor: Actor) -> Iterator[None]:
        with app.request_context(create_environ(base_url=public_url)):
            g.actor = actor
            yield

    with app.request_context(create_environ(base_url=public_url)):
        name = gettext(ROLES[SYSTEM])
    return JobContext(installed.engine, installed.permissions.of(SYSTEM), name, around)


def work(settings: Settings, database_url: str, jobs: Sequence[Job] | None = None) -> None:
    """Run the jobs until SIGTERM or SIGINT; the current run ends first."""
    configure_logging(readable=settings.demo)
    tend(settings)
    worker = once_it_answers(lambda: make_worker(settings, database_url, jobs))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_signal: worker.stop())
    # In a thread of its own, so that a signal is handled at once and not after the wait.
    thread = threading.Thread(target=worker.run, name="worker")
    thread.start()
    thread.join()
