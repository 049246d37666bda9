"""The page « My day »: the items that the manifest of each feature adds to it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select

from clais.actor import Actor
from clais.clock import today
from clais.database import HERE, MEMBER, ScopedSession
from clais.dates import day_of
from clais.feature import composition
from clais.feature.day import NEWS, SOON, Waiting
from tenants.day.models import Postponed

WITHOUT_CONTACT = "without_contact"
"""The source of the files without contact: a part of the page of its own."""


@dataclass(frozen=True, slots=True)
class Item:
    """Something that waits, the name of its source, and its row when the member put it off to a day ahead."""

    source: str
    thing: Waiting
    postponed: Postponed | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from everything else that waits."""
        return self.source, self.thing.subject


@dataclass(frozen=True, slots=True)
class Day:
    """What waits for a member: news (the latest first), today's and this week's (the most urgent first), the files
    without contact, and what was put off.
    """

    news: Sequence[Item]
    today: Sequence[Item]
    soon: Sequence[Item]
    silent: Sequence[Item]
    postponed: Sequence[Item]


def subject_types_of_sources(actor: Actor) -> frozenset[str]:
    """The subject types that some source of this actor's day already shows, better than a notification."""
    return frozenset().union(*(source.subject_types for source in composition().day if actor.may(source.permission)))


def waiting(session: ScopedSession, actor: Actor, others: Mapping[str, Iterable[Waiting]]) -> list[Item]:
    """The waiting items of `actor`, the most urgent first.

    `others` are items that the page has read already, by the name of their source.
    """
    found = {source.name: source.load(session, actor) for source in composition().day if actor.may(source.permission)}
    until = _postponed(session, actor)
    items = [
        Item(source, thing, until.get((source, thing.subject)))
        for source, things in [*found.items(), *others.items()]
        for thing in things
    ]
    return sorted(items, key=lambda item: (item.thing.urgency, _day(item.thing.when), item.thing.who))


def arranged(items: Sequence[Item]) -> Day:
    """The items by when they are to be looked at."""
    here = [item for item in items if item.postponed is None]
    silent = [item for item in here if item.source == WITHOUT_CONTACT]
    here = [item for item in here if item.source != WITHOUT_CONTACT]
    news = [item for item in here if item.thing.urgency >= NEWS]
    return Day(
        news=sorted(news, key=lambda item: _moment(item.thing.when), reverse=True),
        today=[item for item in here if item.thing.urgency < SOON],
        soon=[item for item in here if SOON <= item.thing.urgency < NEWS],
        silent=silent,
        postponed=sorted(
            (item for item in items if item.postponed is not None),
            key=lambda item: item.postponed.until if item.postponed else date.max,
        ),
    )


_POSTPONED = select(Postponed).where(
    Postponed.tenant_id == HERE, Postponed.membership_id == MEMBER, Postponed.until > bindparam("day")
)


def _postponed(session: ScopedSession, actor: Actor) -> dict[tuple[str, str], Postponed]:
    values = {"here": session.scope.tenant_id, "member": actor.membership_id, "day": today()}
    return {(row.source, row.subject): row for row in session.scalars(_POSTPONED, values)}


def _day(when: date | datetime | None) -> date:
    return day_of(when) if when else date.max


def _moment(when: date | datetime | None) -> float:
    return when.timestamp() if isinstance(when, datetime) else 0.0
