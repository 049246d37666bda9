"""The page « My day »: the items that the manifest of each feature adds to it."""

from collections.abc import Iterable
from datetime import date, datetime

from clais.actor import Actor
from clais.database import ScopedSession
from clais.dates import day_of
from clais.feature import composition
from clais.feature.day import Waiting


def subject_types_of_sources(actor: Actor) -> frozenset[str]:
    """The subject types that some source of this actor's day already shows, better than a notification."""
    return frozenset().union(*(source.subject_types for source in composition().day if actor.may(source.permission)))


def waiting(session: ScopedSession, actor: Actor, others: Iterable[Waiting] = ()) -> list[Waiting]:
    """The waiting items of `actor` and the `others` that the page has read already, the most urgent first."""
    found = [
        item for source in composition().day if actor.may(source.permission) for item in source.load(session, actor)
    ]
    return sorted([*found, *others], key=lambda item: (item.urgency, _day(item.when), item.who))


def _day(when: date | datetime | None) -> date:
    return day_of(when) if when else date.max
