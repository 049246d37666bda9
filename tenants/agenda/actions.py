from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import today
from clais.database import ScopedSession
from clais.dates import day_of
from clais.encryption import Keyring
from clais.identity.models import Membership
from tenants.agenda import queries
from tenants.agenda.choices import CHANNEL_OF_PURPOSE
from tenants.agenda.models import Appointment
from tenants.agenda.workflow import APPOINTMENT
from tenants.follow_up.actions import complete_contact, file_again, note_contact, unfile_contact
from tenants.follow_up.choices import ABSENT, REACHED, UNFILED
from tenants.follow_up.queries import contact_of_appointment
from tenants.people.actions import lock_open_file
from tenants.people.models import Person
from tenants.printing.actions import erase_withheld, withhold_printouts
from tenants.sensitive.withholding import Writer, neutral, write_text

NOTE = "appointment.note"
LETTER = "summons"
"""The kind of printouts that say a note."""


class TooEarly(Exception):  # noqa: N818 - the domain's word: nothing broke.
    """The appointment is on a later day: nobody can record yet whether the person came."""


def make_appointment(
    session: ScopedSession,
    person: Person,
    agent: Membership,
    *,
    starts_at: datetime,
    minutes: int,
    purpose: str,
    place: str | None = None,
    note: str | None = None,
    writer: Writer | None = None,
) -> Appointment:
    """Make an appointment of `agent` with `person`. An overlap is a warning of the form, not a refusal here.

    With a reason of the `writer`, the note is sealed.

    Raises Refused('closed_file').
    """
    lock_open_file(session, person)
    appointment = Appointment(
        person_id=person.id,
        agent_id=agent.id,
        agent_name=agent.display_name,
        starts_at=starts_at,
        minutes=minutes,
        purpose=purpose,
        place=place or None,
        note=neutral(NOTE) if _seals(note, writer) else note or None,
    )
    session.add(appointment)
    session.flush()
    if note and writer is not None and writer.why is not None:
        write_text(session, person, (appointment, "note"), note, writer)
        session.flush()
    record(
        session, "appointment.make", "appointment", appointment.id, person_id=person.id, details={"purpose": purpose}
    )
    return appointment


def change_appointment(
    session: ScopedSession,
    appointment: Appointment,
    agent: Membership,
    actor: Actor,
    *,
    starts_at: datetime,
    minutes: int,
    purpose: str,
    place: str | None = None,
    note: str | None = None,
    writer: Writer | None = None,
) -> None:
    """Change an appointment that is still to come. Another hour or agent moves it: it must be confirmed again.

    Without a `writer`, a sealed note stays as it is. Raises Refused when it is over, NotOpen for who may not read the
    sealed note that they write over.
    """
    if (appointment.starts_at, appointment.agent_id) != (starts_at, agent.id):
        APPOINTMENT.apply(session, appointment, "move", actor)
    if day_of(appointment.starts_at) != day_of(starts_at):
        appointment.arrived_at = None
    appointment.agent_id, appointment.agent_name = agent.id, agent.display_name
    appointment.starts_at, appointment.minutes = starts_at, minutes
    appointment.purpose, appointment.place = purpose, place or None
    _write_note(session, appointment, note or None, writer)
    _record(session, appointment, "change")


def _seals(note: str | None, writer: Writer | None) -> bool:
    return bool(note) and writer is not None and writer.why is not None


def _write_note(session: ScopedSession, appointment: Appointment, note: str | None, writer: Writer | None) -> None:
    """Write the note. Where one that stood in clear is sealed, so are the letters that said it."""
    is_sealed = appointment.note_withheld_at is not None
    if writer is None or not (is_sealed or _seals(note, writer)):
        if not is_sealed:
            appointment.note = note
        return
    person = session.get_one(Person, (appointment.tenant_id, appointment.person_id))
    write_text(session, person, (appointment, "note"), note, writer if note else replace(writer, why=None))
    if not is_sealed:
        withhold_printouts(session, person.id, (LETTER,), appointment.id)


def erase_letters(session: ScopedSession, _keyring: Keyring, keys: Collection[UUID]) -> None:
    """Erase the letters of some appointments that say a note which was sealed since, and is erased."""
    for key in keys:
        erase_withheld(session, (LETTER,), subject_id=key)


def confirm(session: ScopedSession, appointment: Appointment, actor: Actor) -> None:
    """Record that the person will come."""
    APPOINTMENT.apply(session, appointment, "confirm", actor)
    _record(session, appointment, "confirm")


def cancel(session: ScopedSession, appointment: Appointment, actor: Actor) -> None:
    """Cancel an appointment."""
    APPOINTMENT.apply(session, appointment, "cancel", actor)
    _record(session, appointment, "cancel")


def note_arrival(session: ScopedSession, appointment: Appointment, moment: datetime | None) -> None:
    """Say since when the person is there, so that the agent sees it; None: they are not there after all.

    The state stays: whether they come is known, whether the meeting takes place is not.
    """
    appointment.arrived_at = moment
    _record(session, appointment, "arrive" if moment else "not_there")
    session.flush()


def come(
    session: ScopedSession,
    appointment: Appointment,
    person: Person,
    actor: Actor,
    *,
    minutes: int | None = None,
    summary: str | None = None,
) -> None:
    """Record that the person came, which counts as a contact. Raises TooEarly before the day of the appointment."""
    _check_day(appointment)
    APPOINTMENT.apply(session, appointment, "come", actor)
    session.flush()
    _contact(session, appointment, person, actor, REACHED, minutes or appointment.minutes, summary)
    _record(session, appointment, "come")


def miss(session: ScopedSession, appointment: Appointment, person: Person, actor: Actor) -> None:
    """Record that the person did not come: an attempt, which leaves the day of the last contact. Raises TooEarly."""
    _check_day(appointment)
    APPOINTMENT.apply(session, appointment, "miss", actor)
    session.flush()
    _contact(session, appointment, person, actor, ABSENT, None, None)
    _record(session, appointment, "miss")


def undo(session: ScopedSession, appointment: Appointment, person: Person, actor: Actor) -> None:
    """Undo the last transition, and the contact that it made; what was written stays until an outcome is chosen anew.

    Raises NotYours when the contact has a summary by someone else or of an earlier day, Refused('closed_file') for an
    appointment that would be expected again although the file is closed.
    """
    if appointment.state == "cancelled":
        lock_open_file(session, person)
    to_confirmed = appointment.state != "confirmed" and queries.state_before(session, appointment) == "confirmed"
    APPOINTMENT.apply(session, appointment, "undo_to_confirmed" if to_confirmed else "undo", actor)
    session.flush()
    contact = contact_of_appointment(session, appointment.id)
    if contact is not None and contact.outcome != UNFILED:
        unfile_contact(session, contact, person, actor)
    _record(session, appointment, "undo")


def report(
    session: ScopedSession,
    appointment: Appointment,
    person: Person,
    actor: Actor,
    *,
    minutes: int | None,
    summary: str | None,
) -> None:
    """Write the summary of an interview; an appointment still to come becomes « came ».

    Raises NotYours when someone else wrote a summary, and what `come` raises.
    """
    contact = contact_of_appointment(session, appointment.id)
    if contact is None or contact.outcome == UNFILED:
        come(session, appointment, person, actor, minutes=minutes, summary=summary)
    else:
        complete_contact(session, contact, actor, minutes=minutes, summary=summary)


def _contact(
    session: ScopedSession,
    appointment: Appointment,
    person: Person,
    actor: Actor,
    outcome: str,
    minutes: int | None,
    summary: str | None,
) -> None:
    day = day_of(appointment.starts_at)
    kept = contact_of_appointment(session, appointment.id)
    if kept is not None:
        file_again(session, kept, person, outcome=outcome, happened_on=day, minutes=minutes)
        if summary:
            complete_contact(session, kept, actor, minutes=minutes, summary=summary)
        return
    note_contact(
        session,
        person,
        actor,
        channel=CHANNEL_OF_PURPOSE.get(appointment.purpose, "office"),
        outcome=outcome,
        happened_on=day,
        minutes=minutes,
        summary=summary,
        appointment_id=appointment.id,
    )


def _check_day(appointment: Appointment) -> None:
    if day_of(appointment.starts_at) > today():
        raise TooEarly


def _record(session: ScopedSession, appointment: Appointment, verb: str) -> None:
    record(session, f"appointment.{verb}", "appointment", appointment.id, person_id=appointment.person_id)
