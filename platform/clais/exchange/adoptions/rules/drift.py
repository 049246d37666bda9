"""How far a platform is from the version of an instrument that the centre asks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Standing(StrEnum):
    """How a platform stands towards one instrument."""

    CURRENT = "current"
    """It works with the newest version."""
    NEW = "new"
    """A newer version waits for it, and its day is not past."""
    EXCEPTED = "excepted"
    """A newer version waits, and the platform asked to wait until a day that is not past."""
    LATE = "late"
    NOTHING = "nothing"
    """No version can be adopted at the moment."""


@dataclass(frozen=True, slots=True)
class Drift:
    """`newest` is the version to adopt, `due` the last day for it, `days` how many days that is past."""

    standing: Standing
    newest: int | None = None
    due: date | None = None
    days: int = 0

    @property
    def waits(self) -> bool:
        """Whether the platform still has to adopt a version."""
        return self.standing in {Standing.NEW, Standing.EXCEPTED, Standing.LATE}


def drift_of(asked: Mapping[int, date | None], used: int | None, excepted_until: date | None, day: date) -> Drift:
    """The drift on a day. `asked` are the versions that can be adopted, by number, each with its last day.

    The first of the days that were passed over counts: a third version gives no more time for the second. An exception
    moves that day to a later one, never to an earlier one.
    """
    if not asked:
        return Drift(Standing.NOTHING)
    newest = max(asked)
    if used is not None and used >= newest:
        return Drift(Standing.CURRENT, newest)
    days = [last for number, last in asked.items() if last is not None and number > (used or 0)]
    due = min(days, default=None)
    if excepted_until is not None and (due is None or excepted_until > due):
        due = excepted_until
    if due is not None and due < day:
        return Drift(Standing.LATE, newest, due, (day - due).days)
    excepted = excepted_until is not None and excepted_until >= day
    return Drift(Standing.EXCEPTED if excepted else Standing.NEW, newest, due)
