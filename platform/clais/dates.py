"""Days as Belgium counts, bounds and writes them: working days, weeks, months, the 1st of a month in French."""

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays
from babel import Locale
from babel.dates import format_date

from clais.clock import BELGIUM, local

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_HOLIDAY_LANGUAGES = {"fr": "fr", "en": "en_US"}
_DAY_NUMBERS = re.compile(r"'[^']*'|d+")


@lru_cache(maxsize=128)
def _holidays(year: int, language: str) -> dict[date, str]:
    return dict(holidays.country_holidays("BE", years=year, language=_HOLIDAY_LANGUAGES.get(language, "fr")))


def holiday(day: date, language: str = "fr") -> str | None:
    """The name of the Belgian public holiday that falls on `day`. Source: the library `holidays`."""
    return _holidays(day.year, language).get(day)


def is_weekend(day: date) -> bool:
    """Whether `day` is a Saturday or a Sunday."""
    return day.weekday() >= _SATURDAY


def is_working_day(day: date) -> bool:
    """Whether offices work: neither a weekend nor a Belgian public holiday."""
    return not is_weekend(day) and holiday(day) is None


def working_days_after(act: date | datetime, count: int, *, cut_off: time | None = None) -> date:
    """The `count`-th working day after an act; with 0, the day of the act itself.

    With `cut_off`, an hour in Belgium, a moment after it or on a non-working day counts from the next working day. A
    date has no hour and counts from itself.
    """
    day = day_of(act)
    if cut_off is not None and isinstance(act, datetime) and (local(act).time() > cut_off or not is_working_day(day)):
        day = _working_days(day, 1, _ONE_DAY)
    return _working_days(day, count, _ONE_DAY)


def working_days_before(day: date, count: int) -> date:
    """The `count`-th working day before `day`; with 0, `day` itself."""
    return _working_days(day, count, -_ONE_DAY)


def working_days_between(first: date, last: date) -> int:
    """How many working days there are after `first`, `last` included; 0 when it is not later."""
    return sum(is_working_day(first + timedelta(days=place)) for place in range(1, (last - first).days + 1))


def _working_days(day: date, count: int, step: timedelta) -> date:
    while count > 0:
        day += step
        count -= is_working_day(day)
    return day


def working_day_on_or_before(day: date) -> date:
    """`day`, or the last working day before it."""
    return day if is_working_day(day) else working_days_before(day, 1)


def monday_of(day: date) -> date:
    """The first day of the week of `day`."""
    return day - timedelta(days=day.weekday())


def months_after(day: date, months: int) -> date:
    """The same day some months later, or earlier when negative; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_of(value: date | datetime) -> date:
    """The Belgian calendar day of a date or of a moment."""
    return local(value).date() if isinstance(value, datetime) else value


def moment_of(day: date, hour: time) -> datetime:
    """A day and an hour on the Belgian clock, as a moment."""
    return datetime.combine(day, hour, BELGIUM)


def day_bounds(first: date, days: int = 1) -> tuple[datetime, datetime]:
    """The moments between which `days` Belgian days lie, the last one excluded."""
    return moment_of(first, time()), moment_of(first + timedelta(days=days), time())


def end_of(day: date) -> datetime:
    """The moment when a day is over in Belgium."""
    return day_bounds(day)[1]


def last_day_of(end: datetime) -> date:
    """The last whole day before a moment such as `end_of` gives."""
    return day_of(end - timedelta(seconds=1))


def noon_of(day: date) -> datetime:
    """The moment that represents a day without an hour, to sort it among moments."""
    return moment_of(day, time(12))


def noon_unless_written_on(day: date, written_at: datetime) -> datetime:
    """When to place what happened on `day`: the moment it was written, or noon of `day` if written on another day."""
    return written_at if day_of(written_at) == day else noon_of(day)


@lru_cache(maxsize=8192)
def written_day(day: date, pattern: str, locale: Locale | str) -> str:
    """A day as text, by a pattern of CLDR or the name of one (`long`, `full`): « 1er décembre 2026 » in French.

    In French the 1st of a month is an ordinal, which the patterns of CLDR do not know; other languages are untouched.
    """
    # Formatting a date costs more than reading a row, and a list repeats the same few days. The text is the same for
    # everyone, so the process may cache it.
    language = Locale.parse(locale)
    if language.language == "fr" and day.day == 1:
        named = language.date_formats.get(pattern)
        pattern = _DAY_NUMBERS.sub(_ordinal, named.pattern if named else pattern)
    return format_date(day, pattern, locale=language)


def _ordinal(part: re.Match[str]) -> str:
    return "d'er'" if part[0] == "d" else part[0]
