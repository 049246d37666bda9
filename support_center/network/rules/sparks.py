"""The months of a platform as a line as small as a word, on the scale of all platforms; what is hidden leaves a gap."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

WIDTH, HEIGHT = 48, 14
FEWEST = 2
"""Fewer points are no line."""


class Spark(NamedTuple):
    """A line, or several with gaps between them, as the points of SVG; `promise` is the height of the promise."""

    lines: tuple[str, ...]
    promise: float


def spark_of(months: Sequence[int | None], promised: int, highest: int) -> Spark | None:
    """The line of some months, None where too few were answered; None for less than a line."""
    if sum(days is not None for days in months) < FEWEST:
        return None
    step, unit = WIDTH / max(1, len(months) - 1), HEIGHT / (highest or 1)
    places = [(place * step, days) for place, days in enumerate(months)]
    runs = (list(run) for known, run in groupby(places, key=lambda point: point[1] is not None) if known)
    lines = (" ".join(f"{x:.1f},{HEIGHT - (days or 0) * unit:.1f}" for x, days in run) for run in runs)
    # A month alone between two gaps is a point: a line of no length, with a round end.
    drawn = (line if " " in line else f"{line} {line}" for line in lines)
    return Spark(tuple(drawn), round(HEIGHT - promised * unit, 1))
