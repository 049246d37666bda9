"""The half-days of a week of work."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from clais.dates import is_working_day, monday_of, working_days_after
from tenants.team.choices import AFTERNOON, DAYS, MORNING


class Day(NamedTuple):
    """A day of the week: its name, and whether its morning and its afternoon are worked."""

    name: str
    morning: bool
    afternoon: bool

    @property
    def halves(self) -> int:
        """How many of its halves are worked."""
        return self.morning + self.afternoon


def week_of(half_days: Collection[str]) -> list[Day]:
    """The five days of a pattern; one that says nothing is every day."""
    return [
        Day(
            name, not half_days or f"{name}_{MORNING}" in half_days, not half_days or f"{name}_{AFTERNOON}" in half_days
        )
        for name in DAYS
    ]


def works_on(half_days: Collection[str], day: date) -> bool:
    """Whether who has this pattern is at work on `day`, for some of it."""
    return is_working_day(day) and bool(week_of(half_days)[(day - monday_of(day)).days].halves)


def next_working_day(day: date) -> date:
    """`day`, or the first day after it on which offices work."""
    return day if is_working_day(day) else working_days_after(day, 1)
