"""Whether someone may have another seat, or another place on a list: never two in one session, and five lists at most.

A list that is long and does not move is closed to new entries, rather than kept as a hope.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update

from clais.clock import now, today
from clais.database import ScopedSession
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals.models import Referral
from clais.registry.dated_settings import settings_here
from clais.workflow import Refused
from support_center.routing.models import Enrolment, Participant

MOST_LISTS = 5
STILL_DAYS = 180
REFUSALS = frozenset({"seated_already", "too_many_lists", "list_closed"})


def check_entry(session: ScopedSession, participant: Participant, session_id: UUID, *, waiting: bool) -> None:
    """Refuse a second seat or place of one person in a session, by this referral or by another one of their platform.

    Holds the person until the end of the transaction, so that two entries come one after the other. Raises Refused, a
    code of REFUSALS, after which the transaction is to be rolled back.
    """
    own = _referrals_of_the_person(session, participant.referral_id)
    here = session.scope.tenant_id
    # A list goes with its session: whoever waited for one that is over waits for nothing.
    rows = session.execute(
        select(Enrolment.scheme_session_id, Enrolment.state, SchemeSession.ends_on)
        .join(Participant, (Participant.tenant_id == here) & (Participant.id == Enrolment.participant_id))
        .join(
            SchemeSession,
            (SchemeSession.owner_tenant_id == here) & (SchemeSession.id == Enrolment.scheme_session_id),
        )
        .where(Enrolment.tenant_id == here, Enrolment.state != "released", Participant.id != participant.id)
        .where(Participant.referral_id.in_(own))
    ).all()
    if any(row.scheme_session_id == session_id for row in rows):
        raise Refused("seated_already")
    lists = [row for row in rows if row.state == "waiting" and row.ends_on >= today()]
    if waiting and len(lists) >= MOST_LISTS:
        raise Refused("too_many_lists")
    if waiting and is_closed(session, session_id):
        raise Refused("list_closed")


def _referrals_of_the_person(session: ScopedSession, referral_id: UUID) -> Sequence[UUID]:
    """The received referrals of the person of one of them, who is held against other entries."""
    here = Referral.to_tenant_id == session.scope.tenant_id
    one = session.execute(select(Referral.tenant_id, Referral.person_id).where(here, Referral.id == referral_id)).one()
    key = int.from_bytes(one.person_id.bytes[8:], signed=True)
    session.execute(select(func.pg_advisory_xact_lock(key)))
    own = (here, Referral.tenant_id == one.tenant_id, Referral.person_id == one.person_id)
    return session.scalars(select(Referral.id).where(*own)).all()


def line_order() -> tuple[Any, ...]:
    """The order of a waiting list: the moment of entry, or that of going behind the others after an offer expired."""
    return func.coalesce(Enrolment.moved_back_at, Enrolment.seated_at), Enrolment.id


@dataclass(frozen=True, slots=True)
class Line:
    """A waiting list: how long it is, since when its oldest waits, when a seat was last given from it."""

    session_id: UUID
    is_said_closed: bool
    seats: int
    waiting: int
    oldest: datetime | None
    moved_at: datetime | None

    def is_closed(self, still_since: datetime) -> bool:
        """Whether more wait than there are seats, and none of them got one since then."""
        since = max(filter(None, (self.oldest, self.moved_at)), default=None)
        return self.waiting > self.seats and since is not None and since < still_since


def is_closed(session: ScopedSession, session_id: UUID) -> bool:
    """Whether nobody is put on the waiting list of an own session now."""
    return any(line.is_closed(_still_since(session)) for line in _lines(session, session_id))


def to_say(session: ScopedSession) -> dict[UUID, bool]:
    """Session → whether its list is closed, where the basin reads otherwise."""
    since = _still_since(session)
    found = {line: line.is_closed(since) for line in _lines(session)}
    return {line.session_id: closed for line, closed in found.items() if closed != line.is_said_closed}


def say(session: ScopedSession) -> int:
    """Let the basin read which lists are closed. Returns how many closed or opened."""
    changed = to_say(session)
    for session_id, closed in sorted(changed.items()):
        own = (SeatCount.tenant_id == session.scope.tenant_id, SeatCount.scheme_session_id == session_id)
        session.execute(
            update(SeatCount).where(*own).values(list_closed=closed).execution_options(synchronize_session=False)
        )
    return len(changed)


def still_days(session: ScopedSession) -> int:
    """After how many days without a seat a long list is closed."""
    return int(settings_here(session).get("still_list_days", STILL_DAYS))


def _still_since(session: ScopedSession) -> datetime:
    return now() - timedelta(days=still_days(session))


def _lines(session: ScopedSession, session_id: UUID | None = None) -> list[Line]:
    here = session.scope.tenant_id
    waits = Enrolment.state == "waiting"
    rows = (
        select(
            SeatCount.scheme_session_id,
            func.coalesce(SeatCount.list_closed, False),
            SeatCount.seats,
            func.count().filter(waits),
            func.min(Enrolment.seated_at).filter(waits),
            func.max(Enrolment.seated_at).filter(Enrolment.from_list.is_(True)),
        )
        .join(
            SchemeSession, (SchemeSession.owner_tenant_id == here) & (SchemeSession.id == SeatCount.scheme_session_id)
        )
        .outerjoin(
            Enrolment,
            (Enrolment.tenant_id == here) & (Enrolment.scheme_session_id == SeatCount.scheme_session_id),
        )
        .where(SeatCount.tenant_id == here, SchemeSession.ends_on >= today())
        .group_by(SeatCount.scheme_session_id, SeatCount.list_closed, SeatCount.seats)
    )
    if session_id is not None:
        rows = rows.where(SeatCount.scheme_session_id == session_id)
    return [Line(*row) for row in session.execute(rows)]
