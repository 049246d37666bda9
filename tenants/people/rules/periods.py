"""The history of one fact of a person: periods that follow each other, without overlap and without a gap unsaid.

A period begins on a day and lasts until the next one begins. That nobody knows what was so is a period too, without a
value. So a history is: beginnings that grow, of which the first alone may be unknown; no value twice in a row; and what
nobody knows never comes first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

Value = Any
"""What was so, as a JSON object; None: nobody knows."""

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on, `value`. None as a beginning: nobody knows since when."""

    since: date | None
    value: Value


History = tuple[Period, ...]
"""The periods of one fact, the oldest first."""


@dataclass(frozen=True, slots=True)
class Span:
    """A period with its last day: None while it lasts."""

    since: date | None
    until: date | None
    value: Value


class Overlap(Exception):  # noqa: N818 - it names what happened.
    """The days of a period are taken by another one, `met`."""

    def __init__(self, met: Span) -> None:
        super().__init__("another period has these days")
        self.met = met


class OutOfOrder(Exception):  # noqa: N818 - the same.
    """A period would end before it begins."""


def spans(history: History) -> list[Span]:
    """The periods with their last days, the oldest first."""
    ends: list[date | None] = [later.since - DAY for later in history[1:] if later.since]
    return [Span(one.since, until, one.value) for one, until in zip(history, [*ends, None], strict=False)]


def value_on(history: History, day: date) -> Value:
    """What was so on a day; None when nobody knows."""
    found = [one.value for one in history if one.since is None or one.since <= day]
    return found[-1] if found else None


def begin(history: History, since: date | None, value: Value) -> History:
    """What is so from `since` on: the present period ends the day before. On its first day, it is corrected.

    Raises Overlap when the present period began later than that.
    """
    if not history:
        return _plain([Period(since, value)])
    present = history[-1]
    if value == present.value:
        return history
    if since == present.since:
        return _plain([*history[:-1], Period(since, value)])
    if since is None or (present.since and since < present.since):
        raise Overlap(spans(history)[-1])
    return _plain([*history, Period(since, value)])


def correct(history: History, index: int, since: date | None, value: Value) -> History:
    """One period as it really was: its beginning, its value. The one before lasts until then.

    Raises Overlap for a beginning that is not between those of its neighbours.
    """
    known = spans(history)
    if index and (since is None or since <= (history[index - 1].since or date.min)):
        raise Overlap(known[index - 1])
    following = history[index + 1].since if index + 1 < len(history) else None
    if since and following and since >= following:
        raise Overlap(known[index + 1])
    return _plain([*history[:index], Period(since, value), *history[index + 1 :]])


def insert(history: History, since: date | None, until: date, value: Value) -> History:
    """A forgotten period, where nobody knew: before all others, or in a stretch that is said to be unknown.

    Raises OutOfOrder, or Overlap with the first period that it meets.
    """
    if since and since > until:
        raise OutOfOrder
    known = spans(history)
    met = [one for one in known if one.value is not None and _meet(one, since, until)]
    if met:
        raise Overlap(met[0])
    after = value_on(history, until + DAY)
    kept = [one for one in history if not _begins_in(one, since, until)]
    changed = [*kept, Period(since, value)]
    if all(one.since != until + DAY for one in kept):
        changed.append(Period(until + DAY, after))
    return _plain(changed)


def remove(history: History, index: int) -> History:
    """Without a period that never was: the one before goes on in its place, if there is one."""
    return _plain([*history[:index], *history[index + 1 :]])


def _meet(span: Span, since: date | None, until: date) -> bool:
    begins_before_the_end = span.since is None or span.since <= until
    ends_after_the_beginning = span.until is None or since is None or span.until >= since
    return begins_before_the_end and ends_after_the_beginning


def _begins_in(period: Period, since: date | None, until: date) -> bool:
    return period.since is not None and (since is None or since <= period.since) and period.since <= until


def _plain(periods: Sequence[Period]) -> History:
    """Sorted, without what says nothing new."""
    found: list[Period] = []
    for one in sorted(periods, key=lambda period: period.since or date.min):
        if one.value != (found[-1].value if found else None):
            found.append(one)
    return tuple(found)
