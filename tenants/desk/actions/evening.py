"""The end of the day: names that nobody agreed to keep are erased."""

from datetime import date, datetime, time

from sqlalchemy import ColumnElement, or_, select

from clais.audit.actions import record
from clais.clock import BELGIUM, now
from clais.database import ScopedSession
from tenants.desk.models import Visit

ERASE = "desk.erase_names"
"""The job that erases in the evening what was typed of people without a file."""
EVENING = time(20)


def evening_of(day: date) -> datetime:
    """The moment at which the names of a day are erased."""
    return datetime.combine(day, EVENING, BELGIUM)


def erase_names(session: ScopedSession) -> int:
    """Erase what was typed of people without a file on days whose evening has come. Returns of how many."""
    named = select(Visit).where(*_with_names(session))
    due = [visit for visit in session.scalars(named) if evening_of(visit.arrived_on) <= now()]
    for visit in due:
        # Who sent them is typed freely too, and may be a person.
        visit.sealed = visit.sent_by = None
        record(session, "visit.erase_names", "visit", visit.id)
    session.flush()
    return len(due)


def _with_names(session: ScopedSession) -> tuple[ColumnElement[bool], ...]:
    """The visits of people without a file of whom something that may name somebody stands here."""
    named = or_(Visit.sealed.is_not(None), Visit.sent_by.is_not(None) & Visit.person_id.is_(None))
    return Visit.tenant_id == session.scope.tenant_id, named


def next_evening(session: ScopedSession) -> datetime | None:
    """The evening of the first day that still has names; None without any."""
    first = session.scalar(select(Visit.arrived_on).where(*_with_names(session)).order_by(Visit.arrived_on).limit(1))
    return evening_of(first) if first else None
