"""Silence that was decided on: nobody has to be in contact with someone until a day, or until something happens."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from clais.clock import today
from tenants.people.models import Person


def is_quiet(person: Any) -> bool:
    """Whether the silence of a file is a decision that still holds: its day is ahead, and nothing happened since."""
    if person.quiet_until is None or person.quiet_until < today():
        return False
    heard_of = person.last_contact_on is not None and person.last_contact_on > person.quiet_from
    return not heard_of and person.stage_since <= person.quiet_from


def quiet(day: Any, card: Any = Person) -> ColumnElement[bool]:
    """The condition for such files on a day, which is a date or a parameter."""
    nothing_since = or_(card.last_contact_on.is_(None), card.last_contact_on <= card.quiet_from)
    return and_(card.quiet_until >= day, nothing_since, card.stage_since <= card.quiet_from)


def awaited(day: date | Any, card: Any = Person) -> ColumnElement[bool]:
    """The condition for the other files: their silence is nobody's decision."""
    return or_(
        card.quiet_until.is_(None),
        card.quiet_until < day,
        card.last_contact_on > card.quiet_from,
        card.stage_since > card.quiet_from,
    )
