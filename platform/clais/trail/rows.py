"""The records of a page, folded: many readings of one file by one member in a row on one day are one line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from clais.actor import Actor
from clais.audit.models import AuditEvent
from clais.audit.queries import Appearance, is_reading
from clais.dates import day_of
from clais.trail.presentation import Names, facts_of, on_paper, on_screen, who
from clais.translation import gettext as _
from clais.translation import ngettext
from clais.web.formatting import clock_time

Fold = Sequence[AuditEvent]
"""Records that are one line, newest first."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a template writes out. `hours` are the moments of a fold of several, oldest first."""

    key: UUID
    hour: str
    sentence: str
    facts: str
    hours: Sequence[str]


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day."""

    day: date
    lines: Sequence[Line]


def folded(events: Iterable[AuditEvent]) -> list[Fold]:
    """The records, readings that follow each other and say the same put together."""
    return [tuple(same) for _same, same in groupby(events, _sameness)]


def first_page(events: Sequence[AuditEvent], read: int, most: int) -> tuple[list[Fold], bool]:
    """At most `most` lines of what was found by reading `read` records, and whether more follow.

    The last line of what was cut off by reading goes to the next page, whole; unless it is the only one.
    """
    lines = folded(events)
    cut = len(events) >= read
    if cut and len(lines) > 1:
        lines.pop()
    return lines[:most], cut or len(lines) > most


def days_on_screen(folds: Iterable[Fold], names: Names, actor: Actor) -> list[Day]:
    """The lines of a page of the log, by day."""
    return _by_day((fold, on_screen(fold[0], names, actor)) for fold in folds)


def days_on_paper(folds: Iterable[Fold], names: Names) -> list[Day]:
    """The lines of the list that a person takes home, by day."""
    return _by_day((fold, on_paper(fold[0], names)) for fold in folds)


def lists_on_paper(appearances: Iterable[Appearance], names: Names) -> list[tuple[date, str]]:
    """The lists in which a person appeared, by day and by who saw them."""
    return [
        (
            seen.day,
            _("%(who)s: %(lists)s", who=who(seen, names, with_organisation=True), lists=_lists(seen.lists)),
        )
        for seen in appearances
    ]


def _lists(count: int) -> str:
    return ngettext("seen in %(num)d list", "seen in %(num)d lists", count)


def _sameness(event: AuditEvent) -> tuple[object, ...]:
    if not is_reading(event):
        return (event.id,)
    about = event.person_id or event.subject_id
    nobody = event.listed == []
    by = (event.user_id, event.membership_id, event.actor_name)
    return (event.verb, nobody, *by, about, day_of(event.happened_at))


def _by_day(lines: Iterable[tuple[Fold, str]]) -> list[Day]:
    return [
        Day(day, [_line(fold, sentence) for fold, sentence in same])
        for day, same in groupby(lines, lambda line: day_of(line[0][0].happened_at))
    ]


def _line(fold: Fold, sentence: str) -> Line:
    hours = [clock_time(event.happened_at) for event in reversed(fold)]
    return Line(fold[0].id, hours[-1], sentence, facts_of(fold[0]), hours if len(hours) > 1 else ())
