"""The items of a day in words: the days until which each can wait, and what the folded parts are about."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import day_of, is_working_day, monday_of
from clais.translation import N_
from clais.translation import gettext as _
from clais.web.formatting import clock_time, day_as, near_day, relative_day
from tenants.agenda.queries import next_appointments
from tenants.agenda.rows import Row
from tenants.day.queries import Day, Item
from tenants.day.schemas import LONGEST

WEEK = 7
IN_SIGHT = 8
"""How many items of a kind are shown at once; the others are folded, and fetched when they are asked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page that can be opened: its heading, and which items are its."""

    label: str
    items: Callable[[Day], Sequence[Item]]


PARTS = {
    "nouvelles": Part(N_("New"), lambda day: day.news),
    "taches": Part(N_("To do today"), lambda day: day.today),
    "semaine": Part(N_("This week"), lambda day: day.soon),
    "silence": Part(N_("Without contact"), lambda day: day.silent),
}
"""The last piece of its address → the part."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A day until which an item can wait: what it is called, and the day."""

    label: str
    day: date
    text: str


@dataclass(frozen=True, slots=True)
class Later:
    """The days to choose among for each item, and the first and the last day that one may name."""

    days: Sequence[Choice]
    with_person: Mapping[UUID, Choice]
    first: date
    last: date

    def choices(self, item: Item) -> list[Choice]:
        """The days for one item: the next appointment of its person too, when there is one."""
        own = self.with_person.get(item.thing.person_id) if item.thing.person_id else None
        return [*self.days, own] if own else list(self.days)


def after(items: Sequence[Item], last: str) -> Sequence[Item]:
    """The items after the one whose subject is `last`, the last that the page shows; all when it is not there any more.

    By subject and not by count: what was put off meanwhile moves the others up, and none may fall between.
    """
    place = next((at for at, item in enumerate(items, 1) if item.thing.subject == last), 0)
    return items[place:]


def in_sight(day: Day) -> list[Item]:
    """The items that the page shows before anything is opened, and those of short parts, which it has already."""
    shown = [*day.news[:IN_SIGHT], *day.today[:IN_SIGHT]]
    return shown + [item for part in (day.soon, day.silent) if len(part) <= IN_SIGHT for item in part]


def later(session: ScopedSession, shown: Iterable[Item]) -> Later:
    """The days until which the items that are shown can wait."""
    people = {item.thing.person_id for item in shown if item.thing.person_id}
    coming = next_appointments(session, sorted(people))
    return Later(
        days=_usual_days(),
        with_person={
            person_id: _choice(_("At the next appointment"), day_of(appointment.starts_at))
            for person_id, appointment in coming.items()
            if today() < day_of(appointment.starts_at) <= today() + LONGEST
        },
        first=today() + timedelta(days=1),
        last=today() + LONGEST,
    )


def _usual_days() -> list[Choice]:
    tomorrow, monday = today() + timedelta(days=1), monday_of(today()) + timedelta(days=WEEK)
    days = [_choice(_("Monday"), monday), _choice(_("In two weeks"), today() + timedelta(days=2 * WEEK))]
    if is_working_day(tomorrow) and tomorrow != monday:
        days.insert(0, _choice(_("Tomorrow"), tomorrow))
    return days


def _choice(label: str, day: date) -> Choice:
    return Choice(label, day, day_as(day, "EEE d MMM"))


def since(news: Sequence[Item]) -> str:
    """The moment of the oldest news: hier à 16:40."""
    moments = [item.thing.when for item in news if isinstance(item.thing.when, datetime)]
    if not moments:
        return ""
    first = min(moments)
    day = near_day(first, weekday=True) if (today() - day_of(first)).days > 1 else relative_day(first)
    return _("%(day)s at %(hour)s", day=day, hour=clock_time(first))


def longest_silence(items: Sequence[Item]) -> str:
    """Who was not heard of for the longest time, beside the folded list."""
    first = items[0].thing
    return _("the longest: %(name)s, %(days)s", name=first.who, days=first.words().tag)


def first_to_come(rows: Iterable[Row]) -> UUID | None:
    """The first appointment of today that has not begun: the line of the present hour stands before it."""
    hour = clock_time(now())
    return next((row.id for row in rows if row.when > hour), None)
