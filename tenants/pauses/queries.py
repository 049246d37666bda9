from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from clais.actor import Actor
from clais.database import ScopedSession
from clais.feature import composition
from clais.feature.handling import Clock, DueDay
from tenants.pauses.models import ClockPause


def covers_a_day_of(
    session: ScopedSession, person_id: UUID, first: date, last: date, excluding: UUID | None = None
) -> bool:
    """Whether a pause of a person covers a day of this period."""
    found = exists().where(
        ClockPause.tenant_id == session.scope.tenant_id,
        ClockPause.person_id == person_id,
        ClockPause.state == "noted",
        ClockPause.starts_on <= last,
        ClockPause.until_on >= first,
    )
    if excluding is not None:
        found = found.where(ClockPause.id != excluding)
    return bool(session.scalar(select(found)))


def due_days(session: ScopedSession, person_id: UUID, actor: Actor) -> list[tuple[Clock, DueDay]]:
    """What is to be done for a person by a day, as far as `actor` may put it off, the first day first."""
    found = [
        (clock, due)
        for clock in composition().clocks
        if actor.may(clock.permission)
        for due in clock.load(session, person_id)
    ]
    return sorted(found, key=lambda each: each[1].day)
