"""Every process that works on the embedded database looks after it: whoever notices first that it ended starts it."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import OperationalError

from clais.database import embedded
from config.settings import Settings

EVERY_SECONDS = 1.0
AGAIN_SECONDS = 2.0
"""Between two tries to reach a database that is away."""

log = structlog.get_logger("clais.database")
T = TypeVar("T")


def tend(settings: Settings) -> None:
    """From now on start the embedded database again when it ends, in a thread that lasts as long as the process."""
    if settings.embedded:
        threading.Thread(target=_tend, args=(settings,), name="database", daemon=True).start()


def _tend(settings: Settings) -> None:
    while True:
        time.sleep(EVERY_SECONDS)
        try:
            if embedded.ensure_running(settings.postgres_directory) is embedded.Found.STARTED:
                log.warning("embedded database started again")
        except (embedded.NotStartedError, OSError) as error:
            log.warning("embedded database does not start", error=type(error).__qualname__)


def once_it_answers(make: Callable[[], T]) -> T:
    """What `make` gives, tried again while the database is away: a process may start before it, or meanwhile."""
    while True:
        try:
            return make()
        except OperationalError as error:
            log.warning("database away", error=type(error).__qualname__)
            time.sleep(AGAIN_SECONDS)
