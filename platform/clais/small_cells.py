"""How a count is shown that may be small: none under five, and no part that tells a small rest by a subtraction."""

from enum import StrEnum
from typing import NamedTuple

LEAST = 5
"""The smallest number that is shown, none apart."""


class Kind(StrEnum):
    """How a count is shown."""

    EXACT = "exact"
    FEW = "few"
    """Fewer than five, but not none."""
    NEARLY_ALL = "nearly_all"
    """All but fewer than five of the nearest whole that is shown."""
    HIDDEN = "hidden"
    """Some of fewer than ten."""


class Cell(NamedTuple):
    """A count as it is shown; `value` is None unless it is exact."""

    kind: Kind
    value: int | None = None


def cell_of(count: int, whole: int | None = None) -> Cell:
    """A count as it is shown; `whole` is what it is a part of, if that is shown."""
    if count in {0, whole}:
        return Cell(Kind.EXACT, count)
    if whole is not None and whole < 2 * LEAST:
        return Cell(Kind.HIDDEN)
    if count < LEAST:
        return Cell(Kind.FEW)
    if whole is not None and whole - count < LEAST:
        return Cell(Kind.NEARLY_ALL)
    return Cell(Kind.EXACT, count)
