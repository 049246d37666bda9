"""Quiet files in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from clais.database import ScopedSession
from clais.text import lower_first
from clais.translation import gettext as _
from clais.web.formatting import near_day, relative_day, row_day
from tenants.muting.choices import REASONS
from tenants.people.queries import name_in_row
from tenants.people.urls import file_url


def reason_of(muting: Any) -> str:
    """Why, in the words of its code, within a sentence."""
    return lower_first(_(REASONS[muting.reason][0]))


@dataclass(frozen=True, slots=True)
class Line:
    """A quiet file in the list of the coordinator."""

    name: str
    url: str
    until: str
    distance: str
    why: str


def lines_of(session: ScopedSession, rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Line]:
    """The quiet files as lines."""
    return [_line(session, row) for row in rows]


def _line(session: ScopedSession, row: Row[*tuple[Any, ...]]) -> Line:
    last = _("last contact %(day)s", day=near_day(row.last_contact_on)) if row.last_contact_on else _("no contact yet")
    decided = _("decided by %(name)s on %(day)s", name=row.noted_by, day=near_day(row.starts_on))
    follows = _("followed by %(name)s", name=row.referent) if row.referent not in ("", row.noted_by) else ""
    why = " · ".join(filter(None, (_(REASONS[row.reason][0]), decided, follows, last)))
    return Line(
        name_in_row(session, row), file_url(row.person_id), row_day(row.until_on), relative_day(row.until_on), why
    )
