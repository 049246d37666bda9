"""My day is one page, made of what each feature has to say: features register what waits, the agenda composes."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from clais.clock import local
from clais.database import ScopedSession
from clais.identity.actor import Actor

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
class _Source:
    permission: str
    load: Load
    tells: frozenset[str]


_sources: dict[str, _Source] = {}


def add_day_source(name: str, permission: str, load: Load, tells: Iterable[str] = ()) -> None:
    """Let `load(session, actor)` add to the day of those who have `permission`.

    `tells` names the subject types whose notifications this source already says better: they are not said twice.
    """
    _sources[name] = _Source(permission, load, frozenset(tells))


def told_by_sources(actor: Actor) -> frozenset[str]:
    """The subject types of notifications that some source of this actor's day already tells."""
    return frozenset().union(*(source.tells for source in _sources.values() if actor.may(source.permission)))


def waiting(session: ScopedSession, actor: Actor, others: Iterable[Waiting] = ()) -> list[Waiting]:
    """Everything that waits for `actor`, with the `others` that the page has read already, the most urgent first."""
    found = [
        item for source in _sources.values() if actor.may(source.permission) for item in source.load(session, actor)
    ]
    return sorted([*found, *others], key=lambda item: (item.urgency, _day(item.when), item.who))


def _day(when: date | datetime | None) -> date:
    if when is None:
        return date.max
    return local(when).date() if isinstance(when, datetime) else when
