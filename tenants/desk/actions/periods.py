"""The hours of a visit, taken from the clicks: one stretch is open while it goes on."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from clais.database import ScopedSession
from tenants.desk.models import Visit, VisitPeriod

PERIOD_OF = {"waiting": "waiting", "received": "served", "on_hold": "on_hold"}
"""The state of a visit → the kind of its open period; a visit that has ended has none."""


def turn(
    session: ScopedSession, visit: Visit, moment: datetime, *, agent_id: UUID | None = None, reason: str | None = None
) -> None:
    """End the open period at `moment`, and begin that of the state in which the visit is now."""
    current = open_period(session, visit)
    if current is not None:
        current.ended_at = max(moment, current.began_at)
    kind = PERIOD_OF.get(visit.state)
    if kind is not None:
        session.add(VisitPeriod(visit_id=visit.id, kind=kind, began_at=moment, agent_id=agent_id, reason=reason))


def turn_back(session: ScopedSession, visit: Visit) -> None:
    """Take the last turn back: what it began never was, and what it ended goes on."""
    rows = list(periods_of(session, visit))
    if rows and rows[-1].ended_at is None:
        session.delete(rows.pop())
    if rows:
        rows[-1].ended_at = None


def open_period(session: ScopedSession, visit: Visit) -> VisitPeriod | None:
    """The stretch that goes on."""
    return next((period for period in periods_of(session, visit) if period.ended_at is None), None)


def periods_of(session: ScopedSession, visit: Visit) -> list[VisitPeriod]:
    """The stretches of a visit, in order."""
    return list(
        session.scalars(
            select(VisitPeriod)
            .where(VisitPeriod.tenant_id == session.scope.tenant_id, VisitPeriod.visit_id == visit.id)
            .order_by(VisitPeriod.began_at, VisitPeriod.id)
        )
    )
