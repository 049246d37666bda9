from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession
from clais.identity.models import Membership
from clais.workflow import Refused
from tenants.agenda.actions import change_appointment
from tenants.agenda.models import Appointment
from tenants.day.models import Postponed
from tenants.people.actions import hand_over
from tenants.people.models import Person
from tenants.team.actions.members import save_pattern
from tenants.team.queries import pattern_of
from tenants.transfers import queries
from tenants.transfers.choices import LETTER, MAIL
from tenants.transfers.models import CaseloadTransfer, TransferReceipt, TransferredFile
from tenants.transfers.workflow import TRANSFER

TRANSFERRED = "caseload_transfer"
"""The type of a transfer in the trail and in notifications."""


class Changed(Exception):  # noqa: N818 - it names what happened.
    """Some of the files are not the giver's any more: what was shown is no longer so."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A hand-over as it was shown and accepted: person → the member who follows them from then on."""

    reason: str
    split: Mapping[UUID, UUID]
    stops_newcomers: bool = False
    ends_on: date | None = None
    word: str = ""


def hand_over_caseload(
    session: ScopedSession, actor: Actor, giver: Membership, wanted: Wanted, takers: Mapping[UUID, Membership]
) -> CaseloadTransfer:
    """Give the files of a member to colleagues, with their appointments, notices and all that follows a file.

    One transaction: all of it or nothing. Raises Changed.
    """
    pattern = pattern_of(session, giver.id, held=True)
    stops = wanted.stops_newcomers and (pattern is None or pattern.takes_newcomers)
    if stops:
        save_pattern(session, giver, pattern, {"takes_newcomers": False})
    made = CaseloadTransfer(
        from_membership_id=giver.id,
        from_name=giver.display_name,
        reason=wanted.reason,
        ends_on=wanted.ends_on,
        stops_newcomers=stops,
        made_by=actor.display_name,
    )
    session.add(made)
    session.flush()
    people = queries.held_files(session, giver.id, list(wanted.split))
    if len(people) != len(wanted.split):
        raise Changed
    for person in people:
        to = takers[wanted.split[person.id]]
        session.add(
            TransferredFile(
                transfer_id=made.id, person_id=person.id, to_membership_id=to.id, told=manner_of_telling(person)
            )
        )
    _move(session, actor, giver, {person.id: takers[wanted.split[person.id]] for person in people}, people, wanted)
    record(session, "transfer.give", TRANSFERRED, made.id, details={"reason": wanted.reason, "files": len(people)})
    return made


def manner_of_telling(person: Person) -> str:
    """How a person is told: by a mail where they have an address and want to be written to, else by a letter."""
    return MAIL if person.wants_mail else LETTER


def take_back(
    session: ScopedSession, actor: Actor, transfer: CaseloadTransfer, giver: Membership, word: str = ""
) -> tuple[int, int]:
    """Give everything back to who was away; what went on elsewhere, or was closed, stays.

    Returns how many files came back, and how many stay. Raises Refused, for what was taken back already too.
    """
    if transfer.ends_on is None:
        raise Refused("wrong_state")
    TRANSFER.apply(session, transfer, "take_back", actor)
    session.flush()
    files = session.scalars(
        select(TransferredFile).where(
            TransferredFile.tenant_id == session.scope.tenant_id, TransferredFile.transfer_id == transfer.id
        )
    ).all()
    by_taker: dict[UUID, list[TransferredFile]] = {}
    for file in files:
        by_taker.setdefault(file.to_membership_id, []).append(file)
    came = 0
    for taker_id in sorted(by_taker):
        taker = session.get_one(Membership, (session.scope.tenant_id, taker_id))
        people = queries.held_files(session, taker_id, [file.person_id for file in by_taker[taker_id]])
        wanted = Wanted(transfer.reason, {person.id: giver.id for person in people}, word=word)
        _move(session, actor, taker, {person.id: giver for person in people}, people, wanted)
        back = {person.id for person in people}
        for file in by_taker[taker_id]:
            if file.person_id in back:
                file.taken_back_at = now()
        came += len(back)
    if transfer.stops_newcomers:
        save_pattern(session, giver, pattern_of(session, giver.id, held=True), {"takes_newcomers": True})
    record(session, "transfer.take_back", TRANSFERRED, transfer.id, details={"files": came})
    return came, len(files) - came


def _move(
    session: ScopedSession,
    actor: Actor,
    giver: Membership,
    to: Mapping[UUID, Membership],
    people: Sequence[Person],
    wanted: Wanted,
) -> None:
    """Let files, appointments and notices change hands; what the giver put off hides nothing any more."""
    appointments = queries.held_appointments(session, giver.id, list(to), wanted.ends_on)
    for person in people:
        hand_over(session, actor, person, to[person.id], wanted.word)
    for appointment in appointments:
        _pass_on(session, actor, appointment, to[appointment.person_id])
    session.execute(
        delete(Postponed).where(
            Postponed.tenant_id == session.scope.tenant_id,
            Postponed.membership_id == giver.id,
            Postponed.person_id.in_(list(to)),
        )
    )
    session.flush()


def _pass_on(session: ScopedSession, actor: Actor, appointment: Appointment, to: Membership) -> None:
    change_appointment(
        session,
        appointment,
        to,
        actor,
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        purpose=appointment.purpose,
        place=appointment.place,
        note=appointment.note,
    )


def confirm(session: ScopedSession, actor: Actor, transfer: CaseloadTransfer) -> bool:
    """Say that one gave or received the files. False when it was said already."""
    try:
        with session.begin_nested():
            session.add(TransferReceipt(transfer_id=transfer.id, membership_id=actor.membership_id))
    except IntegrityError:
        return False
    record(session, "transfer.confirm", TRANSFERRED, transfer.id)
    return True


def note_letters(session: ScopedSession, transfer: CaseloadTransfer) -> int:
    """Note that the letters of a transfer were sent today; returns how many were still to send."""
    sent = session.execute(
        update(TransferredFile)
        .where(
            TransferredFile.tenant_id == session.scope.tenant_id,
            TransferredFile.transfer_id == transfer.id,
            TransferredFile.told == LETTER,
            TransferredFile.letter_sent_on.is_(None),
        )
        .values(letter_sent_on=today())
        .returning(TransferredFile.id)
    ).all()
    if sent:
        record(session, "transfer.send_letters", TRANSFERRED, transfer.id, details={"letters": len(sent)})
    return len(sent)
