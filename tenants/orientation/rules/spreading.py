"""The calmest day for an evaluation, among the last ones on which it is not late."""

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta

from clais.dates import is_working_day

WINDOW_DAYS = 14
"""How much earlier than its last day an evaluation may be planned, so that they do not fall on the same days."""


def days_before(last: date, first: date) -> list[date]:
    """The working days of the window that ends on `last`, none before `first`; the latest first."""
    days = (last - timedelta(days=back) for back in range(WINDOW_DAYS))
    return [day for day in days if day >= first and is_working_day(day)]


def calmest(days: Collection[date], loads: Mapping[date, int], is_at_work: Callable[[date], bool], last: date) -> date:
    """The day at work with the fewest evaluations, the latest of several; `last` when nobody is at work on any."""
    free = [day for day in days if is_at_work(day)]
    return min(free, key=lambda day: (loads.get(day, 0), -day.toordinal()), default=last)
