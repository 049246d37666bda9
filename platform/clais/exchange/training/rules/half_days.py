"""Half-days of a session: morning and afternoon of a day, in order, and when each begins."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import NamedTuple

from clais.dates import moment_of

HALVES = ("am", "pm")
HOURS = {"am": (time(9), time(12, 30)), "pm": (time(13, 30), time(16, 30))}
"""When the halves of a day begin and end."""


class HalfDay(NamedTuple):
    """A morning or an afternoon; they sort as they come."""

    day: date
    half: str

    @property
    def code(self) -> str:
        """How it is stored: `2026-12-03-am`."""
        return f"{self.day.isoformat()}-{self.half}"

    @property
    def begins(self) -> datetime:
        """When it begins."""
        return moment_of(self.day, HOURS[self.half][0])

    @property
    def ends(self) -> datetime:
        """When it ends."""
        return moment_of(self.day, HOURS[self.half][1])


def codes_of(half_days: Iterable[HalfDay]) -> list[str]:
    """How half-days are stored: each once, in order."""
    return [one.code for one in sorted(set(half_days))]


def half_days_of(codes: Iterable[str]) -> list[HalfDay]:
    """The half-days that were stored; what is none is left out."""
    found = []
    for code in codes:
        day, _dash, half = code.rpartition("-")
        if half in HALVES:
            found.append(HalfDay(date.fromisoformat(day), half))
    return sorted(found)


def by_day(half_days: Iterable[HalfDay]) -> dict[date, list[str]]:
    """Day → its halves, in order."""
    found: dict[date, list[str]] = {}
    for one in sorted(set(half_days)):
        found.setdefault(one.day, []).append(one.half)
    return found


def begun(half_days: Iterable[HalfDay], moment: datetime) -> list[HalfDay]:
    """Those that have begun: nobody is present before."""
    return [one for one in half_days if one.begins <= moment]
