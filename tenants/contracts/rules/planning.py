"""On which days the evaluations of a contract are planned."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from clais.dates import is_working_day, months_after
from tenants.orientation.rules.spreading import calmest

SPREAD_WORKING_DAYS = 10
"""How many working days an evaluation may be planned before its day, to fall on one when less is to be done."""


def number_of_evaluations(starts_on: date, ends_on: date, a_year: int) -> int:
    """How many evaluations a contract needs to have `a_year` in each year, at least one."""
    months = next(month for month in range(1, 1200) if months_after(starts_on, month) >= ends_on)
    return max(1, -(-months * a_year // 12)) if a_year else 0


def evaluation_days(
    starts_on: date,
    ends_on: date,
    a_year: int,
    loads: Mapping[date, int],
    is_at_work: Callable[[date], bool] = is_working_day,
) -> list[date]:
    """The days of the evaluations of a contract in order: working days, never later than an even share of its time.

    Of the working days before each share is over, the calmest one is chosen on which who follows the file is at work,
    as for the evaluations of plans. A contract too short for all of them has as many as it has room for.
    """
    number = number_of_evaluations(starts_on, ends_on, a_year)
    chosen: list[date] = []
    for place in range(1, number + 1):
        latest = starts_on + (ends_on - starts_on) * place // number
        after = chosen[-1] if chosen else starts_on - timedelta(days=1)
        days = list(_working_days_back(latest, after))
        if days:
            chosen.append(calmest(days, loads, is_at_work, days[0]))
    return chosen


def _working_days_back(latest: date, after: date) -> Iterator[date]:
    day, found = latest, 0
    while day > after and found < SPREAD_WORKING_DAYS:
        if is_working_day(day):
            found += 1
            yield day
        day -= timedelta(days=1)
