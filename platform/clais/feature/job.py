"""What a job is: a function of one tenant, run for each tenant in turn, each in its own scope."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clais.actor import Actor
from clais.database import ScopedSession

TenantJob = Callable[[ScopedSession, Actor], object]

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Slots of every length are counted from here, so that all workers name the same ones."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function of one tenant and how often it runs. `name` keys its runs in the database: do not reuse one.

    The session is in the scope of that one tenant and is committed when the function returns. A worker may die in the
    middle and the slot is not run again, so the function looks for work by its state, not by what it did last time.
    It runs for the open tenants; `in_every_state`, for those that are suspended or closed too.
    """

    name: str
    every: timedelta
    run: TenantJob
    in_every_state: bool = False

    def slot(self, moment: datetime) -> datetime:
        """The beginning of the slot of time in which `moment` lies."""
        return moment - (moment - EPOCH) % self.every
