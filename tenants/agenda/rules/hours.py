"""Days and hours in Belgium: working days, public holidays, the half hours of an office."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from clais.clock import BELGIUM, local

SATURDAY = 5
HALF_HOUR = timedelta(minutes=30)
MORNING = (time(8, 30), time(12))
AFTERNOON = (time(13), time(16, 30))
EARLIEST, LATEST = time(7), time(21)
SEARCH_DAYS = 21
LANGUAGES = {"fr": "fr", "en": "en_US"}


@lru_cache(maxsize=32)
def _holidays(year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("BE", years=year, language=LANGUAGES.get(language, "fr")))


def holiday(day: date, language: str = "fr") -> str | None:
    """The name of the Belgian public holiday that falls on `day`."""
    return _holidays(day.year, language).get(day)


def is_weekend(day: date) -> bool:
    """Saturday or Sunday."""
    return day.weekday() >= SATURDAY


def is_working_day(day: date) -> bool:
    """Neither weekend nor public holiday."""
    return not is_weekend(day) and holiday(day) is None


def moment_of(day: date, hour: time) -> datetime:
    """A day and an hour on the Belgian clock, as a moment."""
    return datetime.combine(day, hour, BELGIUM)


def day_bounds(first: date, days: int = 1) -> tuple[datetime, datetime]:
    """The moments between which `days` Belgian days lie, the last one excluded."""
    return moment_of(first, time()), moment_of(first + timedelta(days=days), time())


def week_of(day: date) -> date:
    """The Monday of the week of `day`."""
    return day - timedelta(days=day.weekday())


def office_half_hours(after: datetime, days: int = SEARCH_DAYS) -> Iterator[datetime]:
    """The half hours of the office on working days, after a moment."""
    first = local(after).date()
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
