"""The presences of someone in numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FLAGGED_FROM = 3
"""So many half-days without a reason are pointed out."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Half-days that were said: how many there were, and of which kind."""

    present: int = 0
    late: int = 0
    absent: int = 0
    excused: int = 0
    unexcused: int = 0
    ours: int = 0

    @property
    def attended(self) -> int:
        """On how many the person was there, on time or not."""
        return self.present + self.late

    @property
    def held(self) -> int:
        """How many count: not those that were called off here."""
        return self.attended + self.absent + self.excused + self.unexcused

    @property
    def missed(self) -> int:
        """On how many the person was not there, whatever the reason."""
        return self.absent + self.excused + self.unexcused + self.ours

    @property
    def said(self) -> int:
        """Of how many something was said at all."""
        return self.held + self.ours

    @property
    def is_flagged(self) -> bool:
        """Whether the absences without a reason are many."""
        return self.unexcused >= FLAGGED_FROM


def tally_of(marks: Iterable[str]) -> Tally:
    """The numbers of some marks, codes of `choices.MARKS`."""
    counts: dict[str, int] = {}
    for mark in marks:
        counts[mark] = counts.get(mark, 0) + 1
    return tally_from(counts)


def tally_from(counts: Mapping[str, int]) -> Tally:
    """The same from how often each mark was said."""
    return Tally(**counts)
