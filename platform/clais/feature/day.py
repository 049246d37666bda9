"""What a feature puts on someone's day: what waits, and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from clais.actor import Actor
from clais.database import ScopedSession

LATE, TODAY, SOON, NEWS = 0, 10, 20, 30
"""Urgencies from which a source may start: what is late, of today, of the next days, good to know."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits for someone: who it is about, why in a sentence, and the one act that it asks for.

    `urgency` orders the page (smaller is sooner), then `when`. `tag` says the state in words, `tag_kind` as the tag
    component does. `who_url` makes the name a link. `by_post` makes the act a form of one button, for acts that write.
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
    """Adds what `load` gives to the day of those who have `permission`.

    `subject_types` are those whose notifications this source already says better: they are not said twice.
    """

    name: str
    permission: str
    load: Load
    subject_types: frozenset[str] = frozenset()
