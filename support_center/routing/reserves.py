"""Seats of a session that are kept for a platform until a day: what was agreed, and how many of them are left."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update

from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.due.actions import make_due
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals.waking import OFFER_SEATS
from clais.workflow import Refused
from support_center.routing.models import Enrolment, Participant, SeatReserve

HOLDS_A_SEAT = or_(Enrolment.state == "seated", Enrolment.offered_until.is_not(None))
"""Who has a seat of a session, or is offered one, which is held for them."""


def reserves_of(session: ScopedSession, session_id: UUID) -> Sequence[SeatReserve]:
    """What was agreed for an own session, with each platform."""
    here = (SeatReserve.tenant_id == session.scope.tenant_id, SeatReserve.scheme_session_id == session_id)
    return session.scalars(select(SeatReserve).where(*here).order_by(SeatReserve.until, SeatReserve.id)).all()


def count_kept(session: ScopedSession, session_id: UUID) -> dict[str, Any]:
    """Count anew how many seats of an own session are left of what was agreed with each platform, and publish it.

    Only with the count of the session locked: whoever gives or frees a seat waits for it.
    """
    here = session.scope.tenant_id
    seated = (
        select(Participant.from_tenant_id, func.count())
        .join(Enrolment, (Enrolment.tenant_id == here) & (Enrolment.participant_id == Participant.id))
        .where(Participant.tenant_id == here, Enrolment.scheme_session_id == session_id, HOLDS_A_SEAT)
        .group_by(Participant.from_tenant_id)
    )
    held = {row[0]: row[1] for row in session.execute(seated)}
    kept = {
        str(row.platform_id): [max(0, row.seats - held.get(row.platform_id, 0)), row.until.isoformat()]
        for row in reserves_of(session, session_id)
    }
    session.execute(
        update(SeatCount)
        .where(SeatCount.tenant_id == here, SeatCount.scheme_session_id == session_id)
        .values(reserved=kept)
        .execution_options(synchronize_session=False)
    )
    return kept


def reserve(session: ScopedSession, row: SchemeSession, platform_id: UUID, seats: int, until: date) -> None:
    """Keep seats of an own session for a platform until a day; none any more for 0.

    Raises Refused: `past`, and `too_many` for more than are free and kept for nobody else. Seats are given at the same
    time: the count is locked first.
    """
    if seats and until < today():
        raise Refused("past")
    here = session.scope.tenant_id
    own = (SeatCount.tenant_id == here, SeatCount.scheme_session_id == row.id)
    count = select(SeatCount.seats - SeatCount.seats_taken).where(*own).with_for_update(key_share=True)
    free = session.scalars(count).one()
    known = next((one for one in reserves_of(session, row.id) if one.platform_id == platform_id), None)
    if known is not None and not seats:
        session.delete(known)
    elif known is not None:
        known.seats, known.until = seats, until
    elif seats:
        session.add(SeatReserve(scheme_session_id=row.id, platform_id=platform_id, seats=seats, until=until))
    session.flush()
    day = today().isoformat()
    if sum(left for left, last in count_kept(session, row.id).values() if last >= day) > free:
        raise Refused("too_many")
    session.expire(row.count)
    make_due(session, OFFER_SEATS)
    record(session, "seat.reserve", "scheme_session", row.id, details={"seats": seats})
