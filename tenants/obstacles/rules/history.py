"""The history of an obstacle: since when, how it moved, when it was lifted, whether it came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from tenants.orientation.rules.dimensions import Dimension

BILAN = "bilan"


@dataclass(frozen=True, slots=True)
class Seen:
    """What was known of a dimension on one day: a level from -3 to 2, in the words of that day, and who learnt it how.

    `apart`: it was asked otherwise than the time before, and the two do not compare.
    """

    day: date
    level: int
    words: str
    by: str
    source: str = BILAN
    noticed_by: str | None = None
    note: str | None = None
    lifted_how: str | None = None
    apart: bool = False
    key: str = ""

    @property
    def hinders(self) -> bool:
        """Whether it was an obstacle on that day."""
        return self.level < 0


@dataclass(frozen=True, slots=True)
class History:
    """All that was seen of one dimension, the oldest first; at least once."""

    dimension: Dimension
    seen: tuple[Seen, ...]

    @property
    def last(self) -> Seen:
        """What is known today."""
        return self.seen[-1]

    @property
    def is_open(self) -> bool:
        """Whether it is an obstacle today."""
        return self.last.hinders

    @property
    def is_obstacle(self) -> bool:
        """Whether it is one, or was."""
        return any(one.hinders for one in self.seen)

    @property
    def found(self) -> Seen:
        """When it was found: the first time, or the first time since it was lifted. Only of an obstacle."""
        begun = [one for before, one in pairwise((None, *self.seen)) if one and one.hinders and not _hindered(before)]
        return begun[-1]

    @property
    def lifted(self) -> Seen | None:
        """When it was lifted, if it is."""
        ended = [one for before, one in pairwise(self.seen) if before.hinders and not one.hinders]
        return ended[-1] if ended and not self.is_open else None

    @property
    def times(self) -> int:
        """How many times it was found: more than once when it came back."""
        return sum(one.hinders and not _hindered(before) for before, one in pairwise((None, *self.seen)) if one)

    @property
    def is_resource(self) -> bool:
        """Whether it is a strength today."""
        return self.last.level > 0

    @property
    def carries_since(self) -> Seen:
        """The first day of the present run of bilans in which it is a strength. Only of a resource."""
        found = self.last
        for one in reversed(self.seen):
            if one.level <= 0:
                break
            found = one
        return found


def _hindered(seen: Seen | None) -> bool:
    return seen is not None and seen.hinders


def histories(
    seen: Mapping[str, Sequence[Seen]], dimensions: Mapping[str, Dimension]
) -> tuple[list[History], list[History], list[History]]:
    """Obstacles, the heaviest first; those that are lifted, the last one first; resources, the strongest first.

    `seen` has what was seen of each dimension, the oldest first.
    What was lifted and carries today is a resource, and among the lifted ones too.
    """
    every = [History(dimension, tuple(seen[code])) for code, dimension in dimensions.items() if seen.get(code)]
    present = sorted((one for one in every if one.is_open), key=lambda one: one.last.level)
    lifted = [one for one in every if one.is_obstacle and not one.is_open]
    resources = sorted((one for one in every if one.is_resource), key=lambda one: -one.last.level)
    return present, sorted(lifted, key=_lifted_on, reverse=True), resources


def _lifted_on(history: History) -> date:
    return history.lifted.day if history.lifted else history.last.day


def points(history: History) -> list[tuple[int, int, bool]]:
    """The picture of a history: for each time, how far to the right (0 to 100), how high (0 to 100), and whether a line
    leads there. The last eight times.
    """
    shown = history.seen[-8:]
    width = max(1, len(shown) - 1)
    return [
        (round(100 * place / width) if len(shown) > 1 else 100, (one.level + 3) * 20, place > 0 and not one.apart)
        for place, one in enumerate(shown)
    ]
