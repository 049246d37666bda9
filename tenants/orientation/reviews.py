"""The day of the next evaluation of a plan: a day on which who follows the file works, and has the fewest of them."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from clais.database import HERE, ScopedSession, among
from tenants.orientation.models import ActionPlan
from tenants.orientation.rules.review import review_day
from tenants.orientation.rules.spreading import calmest, days_before
from tenants.people.models import Person
from tenants.people.workflow import OPEN_STAGES
from tenants.team.models import Absence, WorkingPattern
from tenants.team.rules.days import works_on

_ONE_DAY = timedelta(days=1)


def next_review_day(session: ScopedSession, person: Person, day: date) -> date:
    """The day to evaluate a plan that starts, or is evaluated, on `day`: never later than the rule of the platform."""
    last = review_day(session, day)
    days = days_before(last, day + _ONE_DAY)
    if person.referent_id is None or not days:
        return last
    is_at_work = days_at_work(session, person.referent_id, days[-1], last)
    return calmest(days, _loads(session, person, days[-1], last), is_at_work, last)


def days_at_work(session: ScopedSession, referent_id: UUID | None, first: date, last: date) -> Callable[[date], bool]:
    """Whether who follows a file is at work on a day between two; on every working day when nobody follows it."""
    half_days = _half_days(session, referent_id)
    away = _absences(session, referent_id, first, last)

    def is_at_work(day: date) -> bool:
        return works_on(half_days, day) and not any(begins <= day <= ends for begins, ends in away)

    return is_at_work


def _half_days(session: ScopedSession, referent_id: UUID | None) -> list[Any]:
    """The half-days at work of the referent; none when they said nothing."""
    pattern = select(WorkingPattern.half_days).where(
        WorkingPattern.tenant_id == session.scope.tenant_id, WorkingPattern.membership_id == referent_id
    )
    return session.scalar(pattern) or []


def _loads(session: ScopedSession, person: Person, first: date, last: date) -> dict[date, int]:
    """How many other plans the referent evaluates on each of these days."""
    found = (
        select(ActionPlan.review_on, func.count().label("plans"))
        .join(Person, (Person.tenant_id == HERE) & (Person.id == ActionPlan.person_id))
        .where(
            ActionPlan.tenant_id == HERE,
            ActionPlan.state == "open",
            ActionPlan.review_on.between(first, last),
            ActionPlan.person_id != person.id,
            Person.referent_id == person.referent_id,
            among(Person.stage, OPEN_STAGES),
        )
        .group_by(ActionPlan.review_on)
    )
    return {row.review_on: row.plans for row in session.execute(found, {"here": session.scope.tenant_id})}


def _absences(session: ScopedSession, referent_id: UUID | None, first: date, last: date) -> list[tuple[date, date]]:
    found = select(Absence.starts_on, Absence.ends_on).where(
        Absence.tenant_id == session.scope.tenant_id,
        Absence.membership_id == referent_id,
        Absence.starts_on <= last,
        Absence.ends_on >= first,
    )
    return [(row.starts_on, row.ends_on) for row in session.execute(found)]
