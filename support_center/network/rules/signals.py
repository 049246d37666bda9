"""What the supervisor looks at this week: silence beyond the usual, a late version, answers that take longer."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain, zip_longest
from typing import TypeVar

from support_center.network.rules.periods import TOGETHER

Thing = TypeVar("Thing")

MOST = 3
"""How many things are asked of a supervisor in a week."""
WINDOW_DAYS = 180
"""The days in which signs of life are looked for."""
WORKING_DAYS_IN_WINDOW = 123
LEAST_SILENCE = 5
"""Working days without a sign that are never too many."""
TIMES_THE_USUAL = 3
SILENCE_OF_THE_SELDOM = 40
"""Working days that are too many for a platform that has not given five signs yet."""
LEAST_SIGNS = 5
STABLE = 1
"""A change of as many days is none."""


class Rhythm(StrEnum):
    """How often a platform gives a sign, in words that tell no number."""

    DAILY = "daily"
    WEEKLY = "weekly"
    SELDOM = "seldom"


class Trend(StrEnum):
    """How a series of months went."""

    LONGER = "longer"
    SHORTER = "shorter"
    STABLE = "stable"
    UNKNOWN = "unknown"


def rhythm_of(days_with_signs: int) -> Rhythm:
    """How often a platform gives a sign of life."""
    if days_with_signs < LEAST_SIGNS:
        return Rhythm.SELDOM
    gap = WORKING_DAYS_IN_WINDOW / days_with_signs
    if gap <= 2:  # noqa: PLR2004 - every second working day is nearly each.
        return Rhythm.DAILY
    return Rhythm.WEEKLY if gap <= 7 else Rhythm.SELDOM  # noqa: PLR2004 - and a little more than a week is a week.


def is_silent(working_days: int, days_with_signs: int) -> bool:
    """Whether a platform has been silent for longer than it usually is."""
    if days_with_signs < LEAST_SIGNS:
        return working_days > SILENCE_OF_THE_SELDOM
    usual = WORKING_DAYS_IN_WINDOW / days_with_signs
    return working_days > max(LEAST_SILENCE, TIMES_THE_USUAL * usual)


def trend_of(months: Sequence[int | None]) -> Trend:
    """How the days to answer went, from the first month that is shown to the last one."""
    shown = [days for days in months if days is not None]
    if len(shown) < 2:  # noqa: PLR2004 - one point is no line.
        return Trend.UNKNOWN
    change = shown[-1] - shown[0]
    if abs(change) <= STABLE:
        return Trend.STABLE
    return Trend.LONGER if change > 0 else Trend.SHORTER


def last_and_before(months: Sequence[int | None]) -> tuple[int, int] | None:
    """The days of the last month, and those of the month before with which it shares no answer, if both are shown."""
    last, before = (months[-1], months[-1 - TOGETHER]) if len(months) > TOGETHER else (None, None)
    return None if last is None or before is None else (last, before)


def is_rising(months: Sequence[int | None], promised: int) -> bool:
    """Whether answers took longer than promised in the last months, and longer than in those before."""
    pair = last_and_before(months)
    return pair is not None and pair[0] > promised and pair[0] > pair[1]


def the_first(kinds: Iterable[Sequence[Thing]], most: int = MOST) -> list[Thing]:
    """At most three things: the first of each kind, then the second of each."""
    in_turn = chain.from_iterable(zip_longest(*kinds))
    return [thing for thing in in_turn if thing is not None][:most]
