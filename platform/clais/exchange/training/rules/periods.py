"""Certificates as periods: what one says on a day, what comes after it, and which course leads to the next.

A certificate is valid to its last day. It may be renewed from some days before (the window), and counts some days
longer (the grace): after that, the way leads through the first course again. A provisional one has neither window nor
grace: whoever holds it has not followed the first course yet.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from clais.dates import months_after

_DAY = timedelta(days=1)


class Standing(StrEnum):
    """What a period says on a day."""

    PENDING = "pending"
    VALID = "valid"
    TO_RENEW = "to_renew"
    IN_GRACE = "in_grace"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Path(StrEnum):
    """Which course leads to the next period."""

    FIRST = "first"
    RENEWAL = "renewal"
    NOT_YET = "not_yet"


COUNTS = frozenset({Standing.VALID, Standing.TO_RENEW, Standing.IN_GRACE})
"""Where its holder may do what the course teaches."""
_ORDER = {
    Standing.VALID: 0,
    Standing.TO_RENEW: 1,
    Standing.IN_GRACE: 2,
    Standing.PENDING: 3,
    # Of what is over, the last one says why.
    Standing.EXPIRED: 4,
    Standing.REVOKED: 4,
}


@dataclass(frozen=True, slots=True)
class Period:
    """The days of one certificate."""

    valid_from: date
    valid_until: date
    window_days: int = 0
    grace_days: int = 0
    revoked_on: date | None = None
    replaced_on: date | None = None
    provisional: bool = False

    @property
    def last_day(self) -> date:
        """The last day on which it is valid; before `valid_from` when it never was."""
        ends = [day - _DAY for day in (self.revoked_on, self.replaced_on) if day is not None]
        return min([self.valid_until, *ends])

    @property
    def renewable_from(self) -> date:
        """The first day of its window; the day after its last one when it has none."""
        if self.provisional:
            return self.valid_until + _DAY
        return max(self.valid_from, self.valid_until - timedelta(days=self.window_days))

    @property
    def counts_until(self) -> date:
        """The last day of its grace, or its own last day when it has none."""
        return self.valid_until if self.provisional else self.valid_until + timedelta(days=self.grace_days)


def standing_of(period: Period, day: date) -> Standing:  # noqa: PLR0911 - one a state.
    """What a period says on a day."""
    if period.revoked_on is not None and day >= period.revoked_on:
        return Standing.REVOKED
    if period.replaced_on is not None and day >= period.replaced_on:
        return Standing.EXPIRED
    if day < period.valid_from:
        return Standing.PENDING
    if day < period.renewable_from:
        return Standing.VALID
    if day <= period.valid_until:
        return Standing.TO_RENEW
    if day <= period.counts_until:
        return Standing.IN_GRACE
    return Standing.EXPIRED


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods are both valid on some day."""
    return max(one.valid_from, other.valid_from) <= min(one.last_day, other.last_day)


def best_on(periods: Iterable[Period], day: date) -> Period | None:
    """The period that says most for its holder on a day; of those that say the same, the one that ends last."""
    found = list(periods)
    if not found:
        return None
    return min(found, key=lambda one: (_ORDER[standing_of(one, day)], -one.valid_until.toordinal()))


def path_on(periods: Iterable[Period], day: date) -> Path:
    """Which course leads on from what someone holds on a day."""
    standings = {standing_of(one, day) for one in periods if not one.provisional}
    if standings & {Standing.VALID, Standing.PENDING}:
        return Path.NOT_YET
    if standings & {Standing.TO_RENEW, Standing.IN_GRACE}:
        return Path.RENEWAL
    return Path.FIRST


def next_period(periods: Sequence[Period], day: date, months: int) -> tuple[date, date]:
    """The first and the last day of a period that is given on `day`: it begins when the one before is over."""
    last = max((one.last_day for one in periods if one.last_day >= one.valid_from), default=day - _DAY)
    begins = max(day, last + _DAY)
    return begins, last_day_of(begins, months)


def last_day_of(begins: date, months: int) -> date:
    """The last day of some months: the day before the same day, or the end of a month that has no such day."""
    same = months_after(begins, months)
    return same - _DAY if same.day == begins.day else same
