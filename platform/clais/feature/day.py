"""What a feature contributes to « my day »: the items that wait for a member."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from clais.actor import Actor
from clais.database import ScopedSession

LATE, TODAY, SOON, NEWS = 0, 10, 20, 30
"""Base urgencies: overdue, due today, due in the next days, for information."""
MOST = 50
"""The most items that a source gives: enough that a postponed one never hides another, too few to slow the page."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the row of an item says: the reason as a sentence, the one action to take, and the label of the state.

    `tag_kind` is the kind of the state (see the tag component). `who_url` makes the name a link. `by_post` makes the
    action a POST button.
    """

    why: str
    act_label: str
    act_url: str
    tag: str
    tag_kind: str = ""
    who_url: str | None = None
    by_post: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """One item that waits for a member, and the person whom it is about.

    The page is sorted by `urgency` (smaller first), then `when`. `words` puts the item in words: the page calls it for
    the items that it draws, a few of many. `subject` is the same text each time the same thing waits, and another one
    when something else happened: a member who postponed it sees it again on the day they chose. `person_id` lets them
    choose the next appointment of the person.
    """

    urgency: int
    who: str
    words: Callable[[], Words]
    when: date | datetime | None = None
    subject: str = field(kw_only=True)
    icon: str = field(default="check2-square", kw_only=True)
    person_id: UUID | None = field(default=None, kw_only=True)


Load = Callable[[ScopedSession, Actor], Iterable[Waiting]]


@dataclass(frozen=True, slots=True)
class DaySource:
    """Adds the items of `load`, at most MOST, to the day of members with `permission`.

    Notifications about `subject_types` are hidden there, since this source already shows their subjects.
    `mark_seen` marks all its news as seen, up to a moment. An item that is put off is hidden until that day; with
    `put_off`, which takes its `subject`, the source moves it there instead.
    """

    name: str
    permission: str
    load: Load
    subject_types: frozenset[str] = frozenset()
    mark_seen: Callable[[ScopedSession, Actor, datetime], object] | None = None
    put_off: Callable[[ScopedSession, Actor, str, date], object] | None = None
