"""A job is a function that runs in the scope of one tenant: of each in turn by the clock, or where it is due."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clais.actor import Actor
from clais.database import ScopedSession

TenantJob = Callable[[ScopedSession, Actor], object]
NextMoment = Callable[[ScopedSession], datetime | None]

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""Time slots of every length are counted from here, so that all workers compute the same slots."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function that runs for one tenant. `name` identifies it in the database for ever.

    With `every` it runs for each tenant in turn, once a time slot. With `next_at` it runs where it is due: `make_due`
    says so in the transaction of an act, and `next_at` when it has something to do in the tenant of the session by
    itself, such as when a term ends; None for never. It is asked after each run, and by the sweep that looks for what
    was forgotten; with `swept` no act need make it due: the sweep finds all that it has to do. `missed` is
    asked by the sweep alone, for what `next_at` would be too dear to see.

    The session is in the scope of the tenant and is committed when the function returns. A worker may die during a run,
    and two may run the job for one tenant at once, so the function finds its work by the state of rows. It runs for
    open tenants; with `in_every_state`, for suspended and closed ones too, and with `outside_tenants`, in the scope
    that has no tenant.
    """

    name: str
    run: TenantJob
    every: timedelta | None = None
    next_at: NextMoment | None = None
    missed: Callable[[ScopedSession], bool] | None = None
    swept: bool = False
    in_every_state: bool = False
    outside_tenants: bool = False

    def __post_init__(self) -> None:
        """Refuse a job that never runs, or for two reasons."""
        if (self.every is None) == (self.next_at is None):
            raise ValueError(f"{self.name}: a job runs by the clock or when it is due")

    def slot(self, moment: datetime) -> datetime:
        """The start of the time slot that contains `moment`. Raises TypeError for a job that runs when it is due."""
        if self.every is None:
            raise TypeError(f"{self.name} has no time slots")
        return slot_of(self.every, moment)


def slot_of(every: timedelta, moment: datetime) -> datetime:
    """The start of the time slot of this length that contains `moment`."""
    return moment - (moment - EPOCH) % every
