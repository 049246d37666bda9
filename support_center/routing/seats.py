"""The seats of a session: who is given one, who waits, and whose is free again. The last seat has one winner."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.orm.exc import StaleDataError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.due.actions import make_due
from clais.exchange.publications.models import SchemeSession, SeatCount
from clais.exchange.referrals.locking import Gone, lock
from clais.exchange.referrals.offers import close_offer
from clais.exchange.referrals.queries import received_referral
from clais.exchange.referrals.waking import OFFER_SEATS
from clais.exchange.referrals.workflow import PLACED
from clais.workflow import Refused
from support_center.routing import reserves
from support_center.routing.admission import check_entry
from support_center.routing.models import Enrolment, Participant
from support_center.routing.queries import current_enrolment, enrolments_of, last_enrolment
from support_center.routing.workflow import ENROLMENT, PARTICIPANT, LeavingReason


class SessionFull(Exception):  # noqa: N818 - it reads as what happened.
    """Every seat of the session is taken, or kept for others: choose another session, or the waiting list."""


_LEFT_FOR_ANYONE_ELSE = text(
    "seat_count.seats_taken + coalesce((SELECT sum((kept.value->>0)::int) FROM jsonb_each(seat_count.reserved) AS kept"
    " WHERE kept.key <> :platform AND kept.value->>1 >= :day), 0) < seat_count.seats"
)
_ONE_LESS_KEPT = text(
    "CASE WHEN (seat_count.reserved->:platform->>0)::int > 0 THEN jsonb_set(seat_count.reserved,"
    " ARRAY[:platform, '0'], to_jsonb((seat_count.reserved->:platform->>0)::int - 1)) ELSE seat_count.reserved END"
)
"""Both read the row that they change, anew when somebody else changed it a moment before."""


def take_seat(session: ScopedSession, session_id: UUID, platform_id: UUID) -> None:
    """Take one free seat of an own session for someone of a platform; one that is kept for it, if there is one. The
    conditions are part of the statement, so that only one person gets the last seat, and nobody one that is kept for
    others.

    Raises SessionFull.
    """
    facts = {"platform": str(platform_id)}
    taken = session.scalar(
        update(SeatCount)
        .where(
            SeatCount.tenant_id == session.scope.tenant_id,
            SeatCount.scheme_session_id == session_id,
            _LEFT_FOR_ANYONE_ELSE.bindparams(**facts, day=today().isoformat()),
        )
        .values(seats_taken=SeatCount.seats_taken + 1, reserved=_ONE_LESS_KEPT.bindparams(**facts))
        .returning(SeatCount.seats_taken)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise SessionFull


def free_seat(session: ScopedSession, session_id: UUID, platform_id: UUID) -> None:
    """Give one seat of an own session back, which someone of a platform had; it is kept for it again, if it was."""
    reserved = session.scalar(
        update(SeatCount)
        .where(
            SeatCount.tenant_id == session.scope.tenant_id,
            SeatCount.scheme_session_id == session_id,
            SeatCount.seats_taken > 0,
        )
        .values(seats_taken=SeatCount.seats_taken - 1)
        .returning(SeatCount.reserved)
        .execution_options(synchronize_session=False)
    )
    if str(platform_id) in (reserved or {}):
        reserves.count_kept(session, session_id)
    make_due(session, OFFER_SEATS)


def lock_sessions(session: ScopedSession, ids: Collection[UUID]) -> None:
    """Lock the counts of own sessions of which seats are taken and freed, until the end of the transaction.

    All lock them in the order of their ids: of two who move people crosswise the second waits, and both get on.
    """
    here = (SeatCount.tenant_id == session.scope.tenant_id, SeatCount.scheme_session_id.in_(ids))
    rows = select(SeatCount.scheme_session_id).where(*here).order_by(SeatCount.scheme_session_id)
    session.execute(rows.with_for_update(key_share=True)).all()


def lock_all(session: ScopedSession, participants: Collection[Participant]) -> None:
    """Lock several participants whose seats become free, and then their sessions, each kind in its order."""
    ids = [row.id for row in participants]
    if not ids:
        return
    here = (Participant.tenant_id == session.scope.tenant_id, Participant.id.in_(ids))
    rows = select(Participant.id).where(*here).order_by(Participant.referral_id).with_for_update(key_share=True)
    session.execute(rows).all()
    lock_sessions(session, {held.scheme_session_id for held in enrolments_of(session, ids).values()})


def in_order(participants: Collection[Participant]) -> list[Participant]:
    """Participants in the order in which one transaction locks several, so that two never wait for each other."""
    return sorted(participants, key=lambda row: row.referral_id)


def enrol(
    session: ScopedSession,
    actor: Actor,
    participant: Participant,
    scheme_session: SchemeSession,
    *,
    waiting: bool,
    from_list: bool = False,
) -> Enrolment:
    """Give an enrolled participant a seat of a session, or a place on its waiting list.

    Raises SessionFull, before anything is written, and Refused: `session_closed`, and those of `admission`.
    """
    if scheme_session.owner_tenant_id != actor.tenant_id or scheme_session.ends_on < today():
        raise Refused("session_closed")
    if not waiting:
        take_seat(session, scheme_session.id, participant.from_tenant_id)
    check_entry(session, participant, scheme_session.id, waiting=waiting)
    before = last_enrolment(session, participant.id)
    enrolment = Enrolment(
        id=new_id(),
        participant_id=participant.id,
        scheme_session_id=scheme_session.id,
        state="seated",
        # What was noted of the person's progress goes with them from seat to seat.
        progress_note=before.progress_note if before else None,
        from_list=from_list or None,
    )
    session.add(enrolment)
    participant.updated_at = now()
    session.flush()
    if waiting:
        ENROLMENT.apply(session, enrolment, "queue", actor)
        PARTICIPANT.apply(session, participant, "wait", actor)
    if waiting or from_list:
        make_due(session, OFFER_SEATS)
    record(session, "seat.queue" if waiting else "seat.give", "enrolment", enrolment.id, person_id=participant.id)
    return enrolment


def give_seat(
    session: ScopedSession, actor: Actor, participant: Participant, scheme_session: SchemeSession
) -> Enrolment:
    """Give a seat to someone who waits or has none, or move them to another session, which frees the old seat.

    Raises SessionFull (to be rolled back), Refused (`wrong_state` where their referral stands as neither accepted nor
    begun), Gone, and StaleDataError when a colleague changed the seat since the participant was read.
    """
    referral = received_referral(session, participant.referral_id)
    if referral is None:
        raise Gone
    # The referral is locked first, as an answer that is taken back locks it: one comes after the other.
    if lock(session, referral).state not in PLACED:
        raise Refused("wrong_state")
    lock_participant(session, participant)
    current = current_enrolment(session, participant.id)
    if current is not None and current.state == "seated" and current.scheme_session_id == scheme_session.id:
        raise Refused("wrong_state")
    has_waited = current is not None and current.state == "waiting" and current.scheme_session_id == scheme_session.id
    lock_sessions(session, {scheme_session.id, *([current.scheme_session_id] if current else [])})
    if current is not None:
        is_taken = current.scheme_session_id == scheme_session.id
        close_offer(session, actor, referral, "take_seat" if is_taken else "withdraw_offer")
        _release(session, actor, participant, current)
    if participant.state != "enrolled":
        PARTICIPANT.apply(session, participant, "seat", actor)
    enrolment = enrol(session, actor, participant, scheme_session, waiting=False, from_list=has_waited)
    session.flush()
    return enrolment


def _release(session: ScopedSession, actor: Actor, participant: Participant, enrolment: Enrolment) -> None:
    held = enrolment.state == "seated" or enrolment.offered_until is not None
    _leave_place(session, actor, enrolment)
    if held:
        free_seat(session, enrolment.scheme_session_id, participant.from_tenant_id)
    record(session, "seat.release", "enrolment", enrolment.id, person_id=participant.id)


def _leave_place(session: ScopedSession, actor: Actor, enrolment: Enrolment) -> None:
    ENROLMENT.apply(session, enrolment, "release", actor)
    enrolment.released_at = now()
    enrolment.offered_until = enrolment.offered_start = None
    session.flush()


def seat_offered(session: ScopedSession, actor: Actor, participant: Participant, place: Enrolment) -> Enrolment:
    """Give someone who waited the seat that an accepted offer holds for them: it counts as taken already.

    Only with referral, participant and session locked. Raises Refused.
    """
    session_id = place.scheme_session_id
    _leave_place(session, actor, place)
    PARTICIPANT.apply(session, participant, "seat", actor)
    enrolment = Enrolment(
        id=new_id(),
        participant_id=participant.id,
        scheme_session_id=session_id,
        state="seated",
        progress_note=place.progress_note,
        from_list=True,
    )
    session.add(enrolment)
    participant.updated_at = now()
    session.flush()
    record(session, "seat.give", "enrolment", enrolment.id, person_id=participant.id)
    return enrolment


def _take_offer_back(session: ScopedSession, actor: Actor, participant: Participant) -> None:
    """End an open offer with the place that it was made for. Its referral is locked before its participant."""
    referral = received_referral(session, participant.referral_id)
    if referral is not None and referral.seat_offer == "offered":
        close_offer(session, actor, lock(session, referral), "withdraw_offer")


def release_seat(
    session: ScopedSession, actor: Actor, participant: Participant, reason: LeavingReason = "released"
) -> None:
    """Free a participant's seat or place on the waiting list. Raises Refused, and Gone and StaleDataError as
    `give_seat`.
    """
    _take_offer_back(session, actor, participant)
    _release_held(session, actor, participant)
    PARTICIPANT.apply(session, participant, "leave", actor, reason=reason)
    session.flush()


def undo_enrolment(session: ScopedSession, actor: Actor, participant: Participant) -> None:
    """Free what a participant was given by an acceptance that is taken back. Raises as `release_seat`."""
    _release_held(session, actor, participant)
    PARTICIPANT.apply(session, participant, "take_back", actor)
    session.flush()


def _release_held(session: ScopedSession, actor: Actor, participant: Participant) -> None:
    lock_participant(session, participant)
    current = current_enrolment(session, participant.id)
    if current is not None:
        _release(session, actor, participant, current)


def lock_participant(session: ScopedSession, participant: Participant) -> None:
    """Lock a participant until the end of the transaction: seats change, and data are erased, one after the other.

    Raises Gone when they are erased already, and StaleDataError when their seat changed since they were read.
    """
    session.flush()
    erased_at, version = session.execute(
        select(Participant.erased_at, Participant.version)
        .where(Participant.tenant_id == participant.tenant_id, Participant.id == participant.id)
        .with_for_update(key_share=True)
    ).one()
    if erased_at is not None:
        raise Gone
    if version != participant.version:
        raise StaleDataError
