"""The half hours at which an office receives people, and the first free one."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from clais.dates import day_of, is_working_day, moment_of

HALF_HOUR = timedelta(minutes=30)
MORNING = (time(8, 30), time(12))
AFTERNOON = (time(13), time(16, 30))
EARLIEST, LATEST = time(7), time(21)
SEARCH_DAYS = 21


def office_half_hours(after: datetime, days: int = SEARCH_DAYS) -> Iterator[datetime]:
    """The half hours of the office on working days, after a moment."""
    first = day_of(after)
    for number in range(days):
        day = first + timedelta(days=number)
        if not is_working_day(day):
            continue
        for opens, closes in (MORNING, AFTERNOON):
            start = moment_of(day, opens)
            while start < moment_of(day, closes):
                if start > after:
                    yield start
                start += HALF_HOUR


def next_free(taken: Sequence[tuple[datetime, datetime]], after: datetime, minutes: int) -> datetime:
    """The first half hour of the office after a moment from which `minutes` are free; the very next if none is."""
    length = timedelta(minutes=minutes)
    candidates = list(office_half_hours(after))
    for start in candidates:
        if all(start >= ends or start + length <= begins for begins, ends in taken):
            return start
    return candidates[0]
