"""A job is a function that runs for each tenant in turn, in the scope of that tenant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clais.actor import Actor
from clais.database import ScopedSession

TenantJob = Callable[[ScopedSession, Actor], object]

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Time slots of every length are counted from here, so that all workers compute the same slots."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function that runs for each tenant, and its interval. `name` identifies its runs in the database for ever.

    The session is in the scope of the tenant and is committed when the function returns. A worker may die during a run
    and the slot is not run again, so the function finds its work by the state of rows, not by its last run. It runs for
    open tenants; with `in_every_state`, for suspended and closed ones too, and with `outside_tenants`, once more in the
    scope that has no tenant.
    """

    name: str
    every: timedelta
    run: TenantJob
    in_every_state: bool = False
    outside_tenants: bool = False

    def slot(self, moment: datetime) -> datetime:
        """The start of the time slot that contains `moment`."""
        return moment - (moment - EPOCH) % self.every
