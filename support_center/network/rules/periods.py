"""The periods of the network's figures: four whole months, from January, May or September, that never overlap.

Two periods that shared a month would tell that month apart by a subtraction, so there is no free choice of days.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from clais.dates import months_after

MONTHS = 4
OFFERED = 6
"""How many periods can be chosen, the current one included."""
TOGETHER = 3
"""How many months are drawn as one point, since one alone has often too few answers."""
DRAWN = 3
"""How many periods the months are drawn of, up to the chosen one."""


class Period(NamedTuple):
    """Four whole months."""

    first: date
    last: date

    @property
    def code(self) -> str:
        """How an address names it: 2026-09."""
        return f"{self.first:%Y-%m}"

    def until(self, day: date) -> date:
        """Its last day, or `day` while it is not over."""
        return min(self.last, day)


def period_of(day: date) -> Period:
    """The period of a day."""
    first = date(day.year, (day.month - 1) // MONTHS * MONTHS + 1, 1)
    return Period(first, months_after(first, MONTHS) - timedelta(days=1))


def periods_until(day: date, count: int = OFFERED) -> tuple[Period, ...]:
    """The current period and those before it, the newest first."""
    first = period_of(day).first
    return tuple(period_of(months_after(first, -MONTHS * place)) for place in range(count))


def drawn_with(month: date) -> date:
    """The first day of the months whose answers are drawn under the last of them: three, of one period."""
    return max(months_after(month, 1 - TOGETHER), period_of(month).first)


def periods_drawn(period: Period) -> tuple[Period, ...]:
    """A period and those before it whose months are drawn with its own."""
    return periods_until(period.first, DRAWN)


def months_drawn(period: Period, day: date) -> Sequence[date]:
    """The first days of the months that are over on `day`, of the period and of those before it that are drawn."""
    first = months_after(period.first, -MONTHS * (DRAWN - 1))
    months = (months_after(first, place) for place in range(MONTHS * DRAWN))
    return [month for month in months if months_after(month, 1) <= day]
