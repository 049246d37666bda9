"""Who is offered the next free seat of a session: the first of its waiting list who may have it.

The worker does it in the centre's scope, whatever freed the seat. It locks referrals, then participants, then sessions,
each kind in its order, as all do who give seats.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import end_of, last_day_of, working_days_after
from clais.exchange.publications.models import Scheme, SchemeSession, SeatCount
from clais.exchange.publications.queries import can_be_joined
from clais.exchange.referrals import offers
from clais.exchange.referrals.locking import Gone, lock
from clais.exchange.referrals.models import Referral
from clais.exchange.referrals.queries import received_referral
from clais.exchange.referrals.workflow import PLACED
from clais.registry.dated_settings import settings_here
from clais.workflow import Refused
from support_center.routing.admission import line_order, say, to_say
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import current_enrolment
from support_center.routing.seats import (
    SessionFull,
    free_seat,
    lock_participant,
    lock_sessions,
    release_seat,
    seat_offered,
    take_seat,
)

WORKING_DAYS = 3
BATCH = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A place on the waiting list of a session, whose it is, and the referral behind it."""

    enrolment: Enrolment
    participant: Participant
    referral: Referral
    session: SchemeSession
    can_be_joined: bool


def working_days(session: ScopedSession) -> int:
    """How many working days the centre leaves to answer an offer; so long, who let one go waits for another."""
    return int(settings_here(session).get("offer_working_days", WORKING_DAYS))


def pass_on(session: ScopedSession, actor: Actor) -> int:
    """Settle the offers that are answered or over, then offer the seats that are free, and say which lists are closed.
    Returns how many offers were settled or made.

    `actor` is the system in this tenant, with `seat.give` and `seat.release`. Run twice, it does nothing twice.
    """
    settling = settled(session)[:BATCH]
    if settling:
        locked = _lock(session, settling)
        again = [place for place in settled(session) if place.participant.id in locked]
        for place in again:
            _settle(session, actor, place)
        return len(again)
    say(session)
    locked = _lock(session, due(session)[:BATCH])
    offered = [place for place in due(session) if place.participant.id in locked]
    for place in offered:
        _offer(session, actor, place)
    return len(offered)


def next_offer_at(session: ScopedSession) -> datetime | None:
    """Now while an offer is to be settled or a seat to be offered; otherwise at midnight, while anybody waits."""
    if settled(session) or due(session) or to_say(session):
        return now()
    return end_of(today()) if _places(session, SchemeSession.ends_on >= today()) else None


def settled(session: ScopedSession) -> list[Place]:
    """The offers that were answered, or of which the day is over or the session not as it was offered."""
    found = _places(session, Enrolment.offered_until.is_not(None))
    return [place for place in found if place.referral.seat_offer != "offered" or _ending(place) is not None]


def due(session: ScopedSession) -> list[Place]:
    """Those to whom a free seat is to be offered now, in their order."""
    may = or_(Enrolment.not_before.is_(None), Enrolment.not_before <= today())
    free = SeatCount.seats_taken < SeatCount.seats
    by_session: dict[UUID, list[Place]] = defaultdict(list)
    for place in _places(session, Enrolment.offered_until.is_(None), may, free):
        if place.can_be_joined and place.referral.state in PLACED and place.participant.state == "waiting":
            by_session[place.session.id].append(place)
    return [place for places in by_session.values() for place in _first(session, places)]


def _places(session: ScopedSession, *which: ColumnElement[bool]) -> list[Place]:
    """Places of waiting lists whose referral the centre still sees, in the order of each list."""
    here = session.scope.tenant_id
    joinable = and_(*can_be_joined(), Scheme.state == "open").label("joinable")
    rows = session.execute(
        select(Enrolment, Participant, SchemeSession, joinable)
        .join(Participant, (Participant.tenant_id == here) & (Participant.id == Enrolment.participant_id))
        .join(
            SchemeSession,
            (SchemeSession.owner_tenant_id == here) & (SchemeSession.id == Enrolment.scheme_session_id),
        )
        .join(Scheme, (Scheme.owner_tenant_id == here) & (Scheme.id == SchemeSession.scheme_id))
        .join(SeatCount, (SeatCount.tenant_id == here) & (SeatCount.scheme_session_id == SchemeSession.id))
        .where(Enrolment.tenant_id == here, Enrolment.state == "waiting", Participant.erased_at.is_(None), *which)
        .order_by(Enrolment.scheme_session_id, *line_order())
        .execution_options(populate_existing=True)
    ).all()
    ids = [row.Participant.referral_id for row in rows]
    standing = _referrals(session, ids)
    return [
        Place(row.Enrolment, row.Participant, standing[row.Participant.referral_id], row.SchemeSession, row.joinable)
        for row in rows
        if row.Participant.referral_id in standing
    ]


def _referrals(session: ScopedSession, ids: Collection[UUID], *, lock: bool = False) -> dict[UUID, Referral]:
    if not ids:
        return {}
    here = (Referral.to_tenant_id == session.scope.tenant_id, Referral.id.in_(ids))
    rows = select(Referral).where(*here).order_by(Referral.id).execution_options(populate_existing=True)
    found = session.scalars(rows.with_for_update(key_share=True) if lock else rows)
    return {row.id: row for row in found}


def _first(session: ScopedSession, places: Sequence[Place]) -> Iterator[Place]:
    """Of those who wait for one session, as many as seats are free for; one that is kept for others is left to them."""
    count = session.execute(
        select(SeatCount.seats, SeatCount.seats_taken, SeatCount.reserved).where(
            SeatCount.tenant_id == session.scope.tenant_id, SeatCount.scheme_session_id == places[0].session.id
        )
    ).one()
    kept = {key: left for key, (left, until) in (count.reserved or {}).items() if until >= today().isoformat()}
    free = count.seats - count.seats_taken
    for place in places:
        own = str(place.participant.from_tenant_id)
        if free - sum(left for key, left in kept.items() if key != own) > 0:
            free -= 1
            kept[own] = max(0, kept.get(own, 0) - 1)
            yield place


def _lock(session: ScopedSession, places: Sequence[Place]) -> set[UUID]:
    """Lock referrals, participants and sessions; the participants that are locked."""
    standing = _referrals(session, [place.referral.id for place in places], lock=True)
    wanted = [place for place in places if place.referral.id in standing]
    ids = [place.participant.id for place in wanted]
    rows = select(Participant.id).where(Participant.tenant_id == session.scope.tenant_id, Participant.id.in_(ids))
    if ids:
        session.execute(rows.order_by(Participant.referral_id).with_for_update(key_share=True)).all()
        lock_sessions(session, {place.session.id for place in wanted})
    return set(ids)


def _ending(place: Place) -> str | None:
    """The step by which an open offer ends by itself."""
    if place.enrolment.offered_until is not None and place.enrolment.offered_until < today():
        return "expire_offer"
    is_as_offered = place.can_be_joined and place.enrolment.offered_start == place.session.starts_on
    return None if is_as_offered else "withdraw_offer"


def _settle(session: ScopedSession, actor: Actor, place: Place) -> None:
    ending = _ending(place)
    if place.referral.seat_offer == "offered" and ending is not None:
        offers.close_offer(session, actor, place.referral, ending)
    match place.referral.seat_offer:
        case "accepted":
            seat_offered(session, actor, place.participant, place.enrolment)
        case "left":
            release_seat(session, actor, place.participant)
        case "expired":
            let_go(session, place.participant, place.enrolment, behind=True)
        case "refused":
            let_go(session, place.participant, place.enrolment)
        case _:
            let_go(session, place.participant, place.enrolment, again=True)


def take_back(session: ScopedSession, actor: Actor, participant: Participant) -> None:
    """Take the offer to a participant back, for the next of the list. Raises Gone, Refused and StaleDataError."""
    referral = received_referral(session, participant.referral_id)
    if referral is None:
        raise Gone
    if lock(session, referral).seat_offer != "offered":
        raise Refused("wrong_state")
    lock_participant(session, participant)
    place = current_enrolment(session, participant.id)
    if place is None or place.offered_until is None:
        raise Refused("wrong_state")
    lock_sessions(session, {place.scheme_session_id})
    offers.close_offer(session, actor, referral, "withdraw_offer")
    let_go(session, participant, place)


def let_go(
    session: ScopedSession,
    participant: Participant,
    enrolment: Enrolment,
    *,
    behind: bool = False,
    again: bool = False,
) -> None:
    """Free the seat that an offer held; its holder waits on. For the days of an offer others have their turn, but for
    `again`: the offer fell with its session. `behind` puts them after those who wait today.
    """
    enrolment.offered_until = enrolment.offered_start = None
    if not again:
        enrolment.not_before = working_days_after(today(), working_days(session))
    if behind:
        enrolment.moved_back_at = now()
    participant.updated_at = now()
    session.flush()
    free_seat(session, enrolment.scheme_session_id, participant.from_tenant_id)


def _offer(session: ScopedSession, actor: Actor, place: Place) -> None:
    until = last_day(session, place.session.closes_on, place.referral.consent_until)
    try:
        take_seat(session, place.session.id, place.participant.from_tenant_id)
    except SessionFull:
        return
    place.enrolment.offered_until, place.enrolment.offered_start = until, place.session.starts_on
    place.participant.updated_at = now()
    offers.make_offer(session, actor, place.referral, place.session.id, until)


def last_day(session: ScopedSession, closes_on: date, consent_until: Any) -> date:
    """The last day to answer an offer that is made today: never after the registrations, or the consent."""
    return min(working_days_after(today(), working_days(session)), closes_on, last_day_of(consent_until))
