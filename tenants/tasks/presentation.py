"""Tasks in words: what, for whom, and how the day of one stands to today."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from clais.clock import today
from clais.database import ScopedSession
from clais.translation import gettext as _
from clais.web.formatting import lateness, relative_day
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Line:
    """A task in the list of a member."""

    id: UUID
    text: str
    due_on: date
    who: str
    who_url: str
    part: str
    tag: str
    kind: str


def lines(session: ScopedSession, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Line]:
    """Tasks as lines of the list."""
    return [
        Line(
            row.id,
            row.text,
            row.due_on,
            name_in_row(session, row) if row.person_id else "",
            file_url(row.person_id) if row.person_id else "",
            part_of_list(row.due_on),
            *state_of(row.due_on),
        )
        for row in rows
    ]


def state_of(due_on: date) -> tuple[str, str]:
    """What the tag of a task that is to be done says, and the kind of the tag."""
    if due_on < today():
        return lateness(due_on), "late"
    return relative_day(due_on), "wait" if due_on == today() else ""


def part_of_list(due_on: date) -> str:
    """Under which heading of the list a task stands."""
    if due_on < today():
        return _("Late")
    if due_on == today():
        return _("Today")
    return _("This week") if due_on <= today() + WEEK else _("Later")
