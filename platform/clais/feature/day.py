"""What a feature contributes to « my day »: the items that wait for a member."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from clais.actor import Actor
from clais.database import ScopedSession

LATE, TODAY, SOON, NEWS = 0, 10, 20, 30
"""Base urgencies: overdue, due today, due in the next days, for information."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item that waits for a member: the person, the reason as a sentence, and the one action to take.

    The page is sorted by `urgency` (smaller first), then `when`. `tag` is the label of the state, `tag_kind` its kind
    (see the tag component). `who_url` makes the name a link. `by_post` makes the action a POST button.
    """

    urgency: int
    who: str
    why: str
    act_label: str
    act_url: str
    tag: str
    tag_kind: str = ""
    when: date | datetime | None = None
    who_url: str | None = None
    by_post: bool = False


Load = Callable[[ScopedSession, Actor], Iterable[Waiting]]


@dataclass(frozen=True, slots=True)
class DaySource:
    """Adds the items of `load` to the day of members with `permission`.

    Notifications about `subject_types` are hidden there, since this source already shows their subjects.
    """

    name: str
    permission: str
    load: Load
    subject_types: frozenset[str] = frozenset()
