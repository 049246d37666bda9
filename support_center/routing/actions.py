"""What the support centre does with a received referral: answer, give a seat, report the result, and erase."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm.exc import StaleDataError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now, today
from clais.database import ScopedSession, new_id
from clais.dates import day_of
from clais.encryption import Keyring
from clais.exchange.publications.models import SchemeSession
from clais.exchange.referrals import actions as referral_actions
from clais.exchange.referrals.locking import Gone
from clais.exchange.referrals.models import PresenceSummary, Referral
from clais.exchange.referrals.queries import parcel_of
from clais.registry.actions import next_reference
from clais.sealing import seal, unseal
from clais.text import fold, full_name
from clais.workflow import Refused
from support_center.routing.models import Enrolment, Participant, ParticipantKey, PresenceMark
from support_center.routing.queries import current_enrolment, participant_of, session_ahead
from support_center.routing.rules.keys import keys_of
from support_center.routing.seats import enrol, lock_participant, release_seat
from support_center.routing.workflow import HOLDING, PARTICIPANT


class DayMissing(Exception):  # noqa: N818 - the same.
    """The session only begins on `starts_on`: the day on which it really began has to be said."""

    def __init__(self, starts_on: date) -> None:
        super().__init__("the session is still to come")
        self.starts_on = starts_on


LONGEST_NOTE = 1000
BEFORE_IT_WAS_SENT = timedelta(days=31)
"""A person may begin before the platform writes the referral; not so long before."""


class TooEarly(Exception):  # noqa: N818 - the same.
    """The referral was only sent on `sent_on`, long after the day that was given."""

    def __init__(self, sent_on: date) -> None:
        super().__init__("the referral was sent later")
        self.sent_on = sent_on


def accept(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    keyring: Keyring,
    *,
    scheme_session: SchemeSession | None = None,
    waiting: bool = False,
    comment: str | None = None,
) -> Participant:
    """Accept a referral: the centre opens its own record, filled from the parcel, with a seat or a place on the
    waiting list.

    Without `scheme_session` the person is accepted in the scheme alone. Raises SessionFull (and the transaction is to
    be rolled back), Gone and Refused.
    """
    moved = referral_actions.move(session, actor, referral, "accept", comment=comment)
    participant = _open_participant(session, actor, moved, keyring)
    if scheme_session is not None:
        enrol(session, actor, participant, scheme_session, waiting=waiting)
    session.flush()
    return participant


def _open_participant(session: ScopedSession, actor: Actor, referral: Referral, keyring: Keyring) -> Participant:
    known = participant_of(session, referral.id)
    if known is not None:
        # Accepted before, and taken back: the record goes on.
        PARTICIPANT.apply(session, known, "seat", actor)
        return known
    parcel = parcel_of(session, referral)
    if parcel is None:
        raise Gone
    contents = unseal(keyring, parcel)
    name = contents.get("name", {}).get("value", {})
    family, given = str(name.get("family_name", "")), str(name.get("given_names", ""))
    participant = Participant(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        reference=next_reference(session, actor.tenant_code, "P"),
        referral_id=referral.id,
        from_tenant_id=referral.tenant_id,
        from_name=referral.from_name,
        # A referral may come without a name: its number then replaces it.
        display_name=full_name(family, given) or referral.reference,
        sort_name=sort_name(family, given) or fold(referral.reference),
        state="enrolled",
        opened_on=today(),
    )
    # Decrypted and encrypted again: the ciphertext of the parcel is bound to its row.
    participant.sealed = seal(
        keyring, contents, table=participant.__tablename__, tenant_id=participant.tenant_id, row_id=participant.id
    )
    session.add(participant)
    session.flush()
    put_keys(session, participant, contents, referral.reference, keyring)
    record(session, "participant.open", "participant", participant.id, person_id=participant.id)
    return participant


def put_keys(
    session: ScopedSession, participant: Participant, contents: Mapping[str, Any], referral: str, keyring: Keyring
) -> None:
    """Add the keys of a participant who has none yet. `referral` is the number of their referral."""
    keys = keys_of(contents, participant.reference, referral, keyring, participant.tenant_id)
    session.add_all(ParticipantKey(participant_id=participant.id, kind=kind, key=key) for kind, key in sorted(keys))
    session.flush()


def sort_name(family_name: str, given_names: str) -> str:
    """The sort key of a list of participants, family name first; a search matches the beginning of its words."""
    return fold(f"{family_name} {given_names}")


def start(session: ScopedSession, actor: Actor, referral: Referral, day: date | None = None) -> None:
    """Say that it has begun, on `day` or today. Raises Gone and Refused, and DayMissing when the session of the person
    is still to come and nobody said on which day it really began; TooEarly for a day long before the referral was sent.
    """
    sent_on = day_of(referral.requested_at) if referral.requested_at else None
    if day is not None and sent_on is not None and day < sent_on - BEFORE_IT_WAS_SENT:
        raise TooEarly(sent_on)
    ahead = session_ahead(session, referral)
    if ahead is not None and day is None:
        raise DayMissing(ahead.starts_on)
    referral_actions.move(session, actor, referral, "start", happened_on=day)


def report(
    session: ScopedSession,
    actor: Actor,
    referral: Referral,
    transition: str,
    *,
    reason: str,
    comment: str | None = None,
) -> None:
    """Report the outcome: `complete` with a coded result, or `fail` with a reason, which frees the seat.

    Raises Gone and Refused.
    """
    if transition not in {"complete", "fail"}:
        raise Refused("wrong_state")
    moved = referral_actions.move(session, actor, referral, transition, reason=reason, comment=comment)
    participant = participant_of(session, moved.id)
    if participant is None:
        return
    # A seat that was given meanwhile must not be left out.
    lock_participant(session, participant)
    if transition == "fail" and participant.state in HOLDING:
        release_seat(session, actor, participant, "failed")
    elif transition == "complete" and participant.state == "enrolled":
        PARTICIPANT.apply(session, participant, "finish", actor)
    session.flush()


def note_progress(
    session: ScopedSession, participant: Participant, text: str | None, read_at: int | None = None
) -> None:
    """Save the centre's note of progress, which the sender never reads, in the place of the one that was read at the
    version `read_at` of the seat.

    Raises Gone, Refused without a seat, and StaleDataError when a colleague changed the note since.
    """
    current = _lock_seat(session, participant)
    if read_at is not None and current.version != read_at:
        raise StaleDataError
    _write_progress(session, participant, current, text)


def add_progress(session: ScopedSession, participant: Participant, text: str) -> None:
    """Add a line to what is noted already, also by a colleague just now. Raises Gone, and Refused without a seat or
    when the note would be longer than LONGEST_NOTE.
    """
    current = _lock_seat(session, participant)
    longer = with_note(current, text)
    if len(longer) > LONGEST_NOTE:
        raise Refused("wrong_state")
    _write_progress(session, participant, current, longer)


def with_note(held: Enrolment | None, text: str) -> str:
    """The note of a seat with `text` below it."""
    return "\n".join(filter(None, (held.progress_note if held else None, text)))


def _lock_seat(session: ScopedSession, participant: Participant) -> Enrolment:
    """The seat as it is once the participant is locked; what was read of it before may be another's by now."""
    lock_participant(session, participant)
    current = current_enrolment(session, participant.id)
    if current is None:
        raise Refused("wrong_state")
    session.refresh(current)
    return current


def _write_progress(session: ScopedSession, participant: Participant, current: Enrolment, text: str | None) -> None:
    current.progress_note = text
    record(session, "participant.note", "participant", participant.id, person_id=participant.id)
    session.flush()


def forget(session: ScopedSession, actor: Actor, participant: Participant) -> None:
    """Erase the data copied from a parcel whose consent is over, and free the seat. Only the number and the dates
    remain. Raises Gone when they are erased already.
    """
    session.refresh(participant, with_for_update={"key_share": True})
    lock_participant(session, participant)
    if participant.state in HOLDING:
        release_seat(session, actor, participant, "consent_over")
    session.execute(
        update(Enrolment)
        .where(Enrolment.tenant_id == participant.tenant_id, Enrolment.participant_id == participant.id)
        .values(progress_note=None)
    )
    session.execute(
        delete(ParticipantKey).where(
            ParticipantKey.tenant_id == participant.tenant_id, ParticipantKey.participant_id == participant.id
        )
    )
    _forget_presence(session, participant)
    participant.display_name = ""
    participant.sort_name = ""
    participant.sealed = None
    participant.erased_at = now()
    record(session, "participant.erase", "participant", participant.id, person_id=participant.id)
    session.flush()


def _forget_presence(session: ScopedSession, participant: Participant) -> None:
    session.execute(
        delete(PresenceMark).where(
            PresenceMark.tenant_id == participant.tenant_id, PresenceMark.participant_id == participant.id
        )
    )
    session.execute(
        delete(PresenceSummary).where(
            PresenceSummary.tenant_id == participant.tenant_id,
            PresenceSummary.referral_id == participant.referral_id,
        )
    )
