from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from random import Random
from typing import TypeVar
from uuid import UUID

from clais.dates import moment_of

Thing = TypeVar("Thing")

_RANDOM_BITS = 74
_LOW_BITS = 62


class Dice(Random):
    """Chance that falls the same each time: everything of one demo person comes from dice of their own."""

    def key(self, moment: datetime) -> UUID:
        """A key in the form of UUIDv7 (RFC 9562): the milliseconds of `moment`, then 74 bits of this dice."""
        chance = self.getrandbits(_RANDOM_BITS)
        high, low = chance >> _LOW_BITS, chance & ((1 << _LOW_BITS) - 1)
        milliseconds = int(moment.timestamp() * 1000)
        return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << _LOW_BITS | low)

    def chance(self, share: float) -> bool:
        """True in `share` (0 to 1) of the cases."""
        return self.random() < share

    def pick(self, weights: Mapping[str, int]) -> str:
        """One of the keys, each as often as its weight says."""
        return self.choices(list(weights), list(weights.values()))[0]

    def some(self, things: Sequence[Thing], most: int, least: int = 0) -> list[Thing]:
        """Between `least` and `most` different ones, in their own order."""
        chosen = set(self.sample(range(len(things)), min(len(things), self.randint(least, most))))
        return [thing for index, thing in enumerate(things) if index in chosen]

    def office_moment(self, day: date) -> datetime:
        """A moment of `day` at which an agent is at work: 8:30 to 16:25, in steps of five minutes."""
        minutes = 510 + 5 * self.randrange(96)
        return at(day, minutes // 60, minutes % 60)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment on a Belgian clock."""
    return moment_of(day, time(hour, minute))
