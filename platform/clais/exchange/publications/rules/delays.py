"""How long something usually takes: what half of a year's people and nine in ten of them waited at most."""

from collections.abc import Sequence
from typing import NamedTuple

LEAST = 10
"""Over fewer people nothing is said: it would tell of each of them, and promise what nobody knows."""
MONTHS = 12
"""So far back it is counted."""
ANSWER, START, WAIT = "answer", "start", "wait"
"""From the referral to its answer, from the acceptance to the beginning, from the waiting list to a seat."""


class Usual(NamedTuple):
    """Days that half took at most, and that nine in ten took at most."""

    median: int
    nine_in_ten: int


def usual(days: Sequence[int]) -> Usual | None:
    """What is usual of some numbers of days; None over too few. Of two in the middle it is the smaller."""
    if len(days) < LEAST:
        return None
    ordered = sorted(max(0, one) for one in days)
    return Usual(ordered[(len(ordered) - 1) // 2], ordered[-(-len(ordered) * 9 // 10) - 1])
