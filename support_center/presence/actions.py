"""Who was there is said half-day by half-day, and what the sender reads of it is counted at once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm.exc import StaleDataError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession, new_id
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.models import PresenceSummary, Referral
from clais.exchange.training.rules.half_days import HalfDay
from clais.workflow import Refused
from support_center.presence.queries import tallies
from support_center.presence.rules.timetable import half_days_of_session
from support_center.routing.models import Enrolment, Participant, PresenceMark
from support_center.routing.seats import in_order

Agreed = Mapping[UUID, datetime]
"""Referral → until when its consent stands."""


def say(
    session: ScopedSession,
    actor: Actor,
    held: SchemeSession,
    participant: Participant,
    half_day: HalfDay,
    mark: str,
    *,
    note: str | None = None,
    read_at: int | None = None,
) -> None:
    """Say whether someone was there on a half-day that has begun, in the place of what was read at version `read_at`
    (None: nothing).

    What a colleague said meanwhile stands when it says the same. Raises StaleDataError when it says something else,
    Gone, and Refused: `not_begun`, `wrong_state` on a day without the session or for someone without a seat in it.
    """
    agreed = _hold(session, held, [participant], half_day)
    row = session.scalars(_marks_on(session, held, half_day, [participant.id])).one_or_none()
    if (row.version if row else None) != read_at:
        if row is not None and (row.mark, row.note) == (mark, note):
            return
        raise StaleDataError
    if row is None:
        session.add(_a_mark(actor, held, participant, half_day, mark, new_id(), note))
    else:
        row.mark, row.note, row.marked_by = mark, note, actor.display_name
    _on_record(session, "presence.say", [participant], half_day)
    _count(session, [participant], agreed)


def say_rest_there(
    session: ScopedSession, actor: Actor, held: SchemeSession, participants: Sequence[Participant], half_day: HalfDay
) -> tuple[UUID, int]:
    """Say of all of whom nothing is said yet that they were there. Gives the key of this act, and for how many.

    Whoever has no seat any more, or whose consent ended, is left out. Raises Refused (`not_begun`, `wrong_state`).
    """
    act_id = new_id()
    agreed = _hold(session, held, participants, half_day, all_or_none=False)
    there = [row for row in participants if row.referral_id in agreed]
    said = {
        row.participant_id for row in session.scalars(_marks_on(session, held, half_day, [row.id for row in there]))
    }
    rest = [row for row in there if row.id not in said]
    session.add_all(_a_mark(actor, held, row, half_day, "present", act_id) for row in rest)
    _on_record(session, "presence.say", rest, half_day)
    _count(session, rest, agreed)
    return act_id, len(rest)


def take_back(session: ScopedSession, held: SchemeSession, act_id: UUID, participants: Sequence[Participant]) -> int:
    """Take back what one click said of all; what a colleague changed since stays. Gives for how many."""
    agreed = _lock(session, held, participants)
    rows = session.scalars(
        select(PresenceMark)
        .where(
            PresenceMark.tenant_id == session.scope.tenant_id,
            PresenceMark.scheme_session_id == held.id,
            PresenceMark.act_id == act_id,
            PresenceMark.version == 1,
            PresenceMark.participant_id.in_([row.id for row in participants]),
        )
        .execution_options(populate_existing=True)
    ).all()
    untouched = [row for row in rows if row.mark == "present"]
    session.execute(
        delete(PresenceMark).where(
            PresenceMark.tenant_id == session.scope.tenant_id, PresenceMark.id.in_([row.id for row in untouched])
        )
    )
    about = {row.participant_id: HalfDay(row.day, row.half) for row in untouched}
    gone = [row for row in participants if row.id in about]
    for row in gone:
        _on_record(session, "presence.take_back", [row], about[row.id])
    _count(session, [row for row in gone if row.referral_id in agreed], agreed)
    return len(gone)


def _hold(
    session: ScopedSession,
    held: SchemeSession,
    participants: Sequence[Participant],
    half_day: HalfDay,
    *,
    all_or_none: bool = True,
) -> Agreed:
    if half_day not in half_days_of_session(held.starts_on, held.ends_on, held.timetable):
        raise Refused("wrong_state")
    if half_day.begins > now():
        raise Refused("not_begun")
    agreed = _lock(session, held, participants)
    if all_or_none and any(row.referral_id not in agreed for row in participants):
        raise Refused("wrong_state")
    return agreed


def _lock(session: ScopedSession, held: SchemeSession, participants: Sequence[Participant]) -> Agreed:
    """Lock some participants until the end of the transaction, with the consent behind them: what is said of someone
    comes before a withdrawal, which has it erased, or is not said. Gives those who have a seat, by their referrals.
    """
    here = session.scope.tenant_id
    consents = (
        select(Referral.id, Referral.consent_until)
        .where(Referral.to_tenant_id == here, Referral.id.in_([row.referral_id for row in participants]))
        .order_by(Referral.id)
        .with_for_update(read=True, key_share=True)
    )
    agreed = {row.id: row.consent_until for row in session.execute(consents)}
    if len(participants) == 1 and not agreed:
        raise Gone
    kept = (
        select(Participant.id)
        .where(
            Participant.tenant_id == here,
            Participant.id.in_([row.id for row in in_order(participants)]),
            Participant.erased_at.is_(None),
        )
        .order_by(Participant.referral_id)
        .with_for_update(key_share=True)
    )
    locked = set(session.scalars(kept))
    seated = set(
        session.scalars(
            select(Enrolment.participant_id).where(
                Enrolment.tenant_id == here,
                Enrolment.scheme_session_id == held.id,
                Enrolment.state == "seated",
                Enrolment.participant_id.in_(locked),
            )
        )
    )
    return {
        row.referral_id: agreed[row.referral_id]
        for row in participants
        if row.id in seated and row.referral_id in agreed
    }


def _marks_on(
    session: ScopedSession, held: SchemeSession, half_day: HalfDay, people: Collection[UUID]
) -> Select[PresenceMark]:
    return (
        select(PresenceMark)
        .where(
            PresenceMark.tenant_id == session.scope.tenant_id,
            PresenceMark.scheme_session_id == held.id,
            PresenceMark.day == half_day.day,
            PresenceMark.half == half_day.half,
            PresenceMark.participant_id.in_(people),
        )
        .execution_options(populate_existing=True)
    )


def _a_mark(
    actor: Actor,
    held: SchemeSession,
    participant: Participant,
    half_day: HalfDay,
    mark: str,
    act_id: UUID,
    note: str | None = None,
) -> PresenceMark:
    return PresenceMark(
        id=new_id(),
        participant_id=participant.id,
        scheme_session_id=held.id,
        day=half_day.day,
        half=half_day.half,
        mark=mark,
        note=note,
        marked_by=actor.display_name,
        act_id=act_id,
    )


def _on_record(session: ScopedSession, verb: str, participants: Sequence[Participant], half_day: HalfDay) -> None:
    for row in participants:
        record(session, verb, "participant", row.id, person_id=row.id, details={"half_day": half_day.code})


def _count(session: ScopedSession, participants: Sequence[Participant], agreed: Agreed) -> None:
    """Count what the senders read: one statement for all, whatever their number."""
    if not participants:
        return
    session.flush()
    here = session.scope.tenant_id
    found = tallies(session, [row.id for row in participants])
    told = select(PresenceSummary).where(
        PresenceSummary.tenant_id == here, PresenceSummary.referral_id.in_([row.referral_id for row in participants])
    )
    known = {row.referral_id: row for row in session.scalars(told.execution_options(populate_existing=True))}
    for row in participants:
        summary = known.get(row.referral_id)
        if row.id not in found:
            if summary is not None:
                session.delete(summary)
            continue
        tally, last_on = found[row.id]
        numbers = {
            "consent_until": agreed[row.referral_id],
            "held": tally.held,
            "attended": tally.attended,
            "excused": tally.excused,
            "unexcused": tally.unexcused,
            "last_on": last_on,
        }
        if summary is None:
            session.add(PresenceSummary(to_tenant_id=row.from_tenant_id, referral_id=row.referral_id, **numbers))
            continue
        for name, value in numbers.items():
            setattr(summary, name, value)
    session.flush()
