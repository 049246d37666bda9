"""The half-days of a session, read from its timetable as people write it: « lundi, mardi et jeudi, 09:00–15:30 »."""

import re
from collections.abc import Collection
from datetime import date, time, timedelta

from clais.dates import holiday, is_working_day, monday_of
from clais.exchange.training.rules.half_days import HALVES, HalfDay

MORNING_ENDS, AFTERNOON_BEGINS = time(13, 30), time(12)
MOST_DAYS = 400
"""A session that is longer is shown so far."""
_DAY = re.compile(r"\b(lun|mar|mer|jeu|ven|sam|dim)(?:(?:di|credi|dredi|edi|anche)s?\b|(?=\s?[.\-–]))")
_WEEKDAYS = ("lun", "mar", "mer", "jeu", "ven", "sam", "dim")
_TO = frozenset({"au", "à", "-", "–"})
_HOUR = re.compile(r"\b([01]?\d|2[0-3])\s*(?:h|:)\s*([0-5]\d)?")
_AFTERNOON = re.compile(r"apr[eè]s[ -]?midi|\ba\.?-?m\.")


def half_days_of_session(starts_on: date, ends_on: date, timetable: str | None) -> list[HalfDay]:
    """The half-days of a session, in order: those of the weekdays and hours of its timetable, holidays left out.

    A timetable that names no weekday means working days; one without hours, mornings and afternoons.
    """
    words = (timetable or "").lower()
    weekdays, halves = weekdays_in(words), halves_in(words)
    found = []
    for place in range(min((ends_on - starts_on).days + 1, MOST_DAYS)):
        day = starts_on + timedelta(days=place)
        held = (day - monday_of(day)).days in weekdays and holiday(day) is None if weekdays else is_working_day(day)
        if held:
            found += [HalfDay(day, half) for half in halves]
    return found


def weekdays_in(words: str) -> Collection[int]:
    """The weekdays that words in small letters name, 0 for Monday: alone, or from one to another."""
    found, before = set[int](), None
    for match in _DAY.finditer(words):
        day = _WEEKDAYS.index(match[1])
        if before is not None and words[before.end() : match.start()].strip(" .") in _TO:
            found |= set(range(_WEEKDAYS.index(before[1]), day))
        found.add(day)
        before = match
    return found


def halves_in(words: str) -> tuple[str, ...]:
    """The halves of a day that words in small letters name: by their hours, else by « matin » or « après-midi »; both
    when they name none.
    """
    hours = [time(int(hour), int(minutes or 0)) for hour, minutes in _HOUR.findall(words)]
    if hours:
        morning, afternoon = min(hours) < AFTERNOON_BEGINS, max(hours) > MORNING_ENDS
    else:
        morning, afternoon = "matin" in words, bool(_AFTERNOON.search(words))
    named = (("am",) if morning else ()) + (("pm",) if afternoon else ())
    return named or HALVES
