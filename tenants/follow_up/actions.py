from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, true, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import ScopedSession
from clais.translation import gettext as _
from tenants.follow_up import queries
from tenants.follow_up.choices import REACHED, UNFILED
from tenants.follow_up.models import CONFIDENCE, Contact, EarlierContact, EarlierNote, Note
from tenants.intake.actions import FACTS, correct
from tenants.intake.asked import questions_of
from tenants.intake.models import Intake
from tenants.intake.presentation import urgent_text
from tenants.people.actions import lock_file
from tenants.people.models import Person


class NotYours(Exception):  # noqa: N818 - the domain's term: the act is someone else's, or too late.
    """Only its author may correct a note or a contact, within a day, or remove a contact on the day it was noted."""


def write_note(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    *,
    text: str,
    note_class: str,
    readers: Sequence[UUID] = (),
    theme: str | None = None,
) -> Note:
    """Add a note to the file of `person`. `readers` (memberships) are stored for a confidence only."""
    note = Note(
        person_id=person.id,
        text=text,
        note_class=note_class,
        theme=theme,
        author_id=actor.membership_id,
        author_name=actor.display_name,
        readers=_readers(note_class, readers, actor.membership_id),
    )
    session.add(note)
    session.flush()
    record(session, "note.write", "note", note.id, person_id=person.id, details={"class": note_class})
    return note


def settle_urgent(session: ScopedSession, person: Person, actor: Actor, intake: Intake) -> bool:
    """Take what cannot wait off a reception, its words kept in a note; False when nothing is left to settle."""
    # Of two who settle it at once the second finds it settled.
    session.refresh(intake, with_for_update=True)
    if not (intake.urgent_needs or intake.urgent_note):
        return False
    text = _("Settled: %(needs)s", needs=urgent_text(questions_of(session, intake), intake))
    write_note(session, person, actor, text=text, note_class="fact")
    facts = {name: getattr(intake, name) for name in FACTS} | {"urgent_needs": [], "urgent_note": None}
    correct(session, actor, intake, facts, intake.version)
    return True


def rewrite_note(
    session: ScopedSession,
    note: Note,
    actor: Actor,
    *,
    text: str,
    note_class: str,
    readers: Sequence[UUID] = (),
    theme: str | None = None,
) -> None:
    """Correct a note; what it said before is kept. Raises NotYours unless the actor wrote it within a day."""
    if not queries.may_rewrite(note, actor):
        raise NotYours
    named = _readers(note_class, readers, note.author_id)
    facts = {"text": text, "note_class": note_class, "theme": theme, "readers": named}
    if all(getattr(note, name) == value for name, value in facts.items()):
        return
    session.add(
        EarlierNote(
            note_id=note.id,
            text=note.text,
            note_class=note.note_class,
            theme=note.theme,
            author_id=note.author_id,
            readers=note.readers,
            written_at=note.corrected_at or note.written_at,
        )
    )
    for name, value in facts.items():
        setattr(note, name, value)
    note.corrected_at = now()
    record(session, "note.rewrite", "note", note.id, person_id=note.person_id, details={"class": note_class})
    session.flush()


def _readers(note_class: str, readers: Sequence[UUID], author: UUID) -> list[UUID]:
    return sorted(set(readers) - {author}) if note_class == CONFIDENCE else []


def note_contact(
    session: ScopedSession,
    person: Person,
    actor: Actor,
    *,
    channel: str,
    outcome: str,
    happened_on: date,
    minutes: int | None = None,
    summary: str | None = None,
    theme: str | None = None,
    appointment_id: UUID | None = None,
) -> Contact:
    """Record a contact or an attempt. A contact moves `last_contact_on`, forward only."""
    contact = Contact(
        person_id=person.id,
        channel=channel,
        outcome=outcome,
        happened_on=happened_on,
        minutes=minutes,
        summary=summary or None,
        theme=theme,
        appointment_id=appointment_id,
        author_id=actor.membership_id,
        author_name=actor.display_name,
    )
    session.add(contact)
    session.flush()
    if outcome == REACHED:
        _last_contact_forward(session, person, happened_on)
    record(
        session,
        "contact.note",
        "contact",
        contact.id,
        person_id=person.id,
        details={"channel": channel, "outcome": outcome},
    )
    return contact


def _last_contact_forward(session: ScopedSession, person: Person, day: date) -> None:
    _last_contact(session, person, day, or_(Person.last_contact_on.is_(None), Person.last_contact_on < day))


def last_contact_again(session: ScopedSession, person: Person) -> None:
    """Compute the day of the last contact again, from what stands."""
    # The lock comes before the reading: a contact that a colleague notes meanwhile must not be overwritten.
    lock_file(session, person)
    _last_contact(session, person, queries.last_reached_on(session, person.id), true())


def _last_contact(session: ScopedSession, person: Person, day: date | None, when: ColumnElement[bool]) -> None:
    # A statement leaves the version of the row: a contact must not make a colleague's edit of the card stale.
    session.execute(
        update(Person)
        .where(Person.tenant_id == session.scope.tenant_id, Person.id == person.id, when)
        .values(last_contact_on=day)
    )


def correct_contact(
    session: ScopedSession,
    contact: Contact,
    person: Person,
    actor: Actor,
    *,
    channel: str,
    outcome: str,
    happened_on: date,
    minutes: int | None,
    summary: str | None,
    theme: str | None = None,
) -> None:
    """Correct a contact, and compute the day of the last one again; what it said before is kept.

    Raises NotYours unless the actor noted it within a day, outside of an appointment.
    """
    if not queries.may_correct(contact, actor):
        raise NotYours
    before = (contact.outcome, contact.happened_on)
    facts = {"channel": channel, "outcome": outcome, "happened_on": happened_on, "minutes": minutes, "theme": theme}
    if not _rewrite(session, contact, {**facts, "summary": summary or None}):
        return
    session.flush()
    if (contact.outcome, contact.happened_on) != before and REACHED in {contact.outcome, before[0]}:
        last_contact_again(session, person)
    record(session, "contact.correct", "contact", contact.id, person_id=person.id, details={"outcome": outcome})


def _rewrite(session: ScopedSession, contact: Contact, facts: Mapping[str, Any]) -> bool:
    """Put `facts` on a contact and keep what it said before; False when nothing differs."""
    stated = ("channel", "outcome", "happened_on", "minutes", "summary", "theme")
    if all(getattr(contact, name) == value for name, value in facts.items()):
        return False
    session.add(
        EarlierContact(
            contact_id=contact.id,
            written_at=contact.corrected_at or contact.created_at,
            **{name: getattr(contact, name) for name in stated},
        )
    )
    for name, value in facts.items():
        setattr(contact, name, value)
    contact.corrected_at = now()
    return True


def complete_contact(
    session: ScopedSession, contact: Contact, actor: Actor, *, minutes: int | None, summary: str | None
) -> None:
    """Write the summary of a contact that was noted with one click.

    The first writer becomes the author; later only the author may change it, and what it said is kept. Raises NotYours.
    """
    if not queries.may_complete(contact, actor):
        raise NotYours
    facts = {"minutes": minutes, "summary": summary or None}
    if contact.summary:
        _rewrite(session, contact, facts)
    else:
        contact.author_id, contact.author_name = actor.membership_id, actor.display_name
        for name, value in facts.items():
            setattr(contact, name, value)
    record(session, "contact.complete", "contact", contact.id, person_id=contact.person_id)


def take_contact_back(session: ScopedSession, contact: Contact, person: Person, actor: Actor) -> None:
    """Remove a contact noted by mistake, and compute the day of the last contact again.

    Only its author may remove one with a summary, on the day it was noted. Raises NotYours.
    """
    if contact.summary and not queries.noted_by_today(contact, actor):
        raise NotYours
    session.delete(contact)
    session.flush()
    if contact.outcome == REACHED:
        last_contact_again(session, person)
    record(
        session, "contact.take_back", "contact", contact.id, person_id=person.id, details={"outcome": contact.outcome}
    )


def unfile_contact(session: ScopedSession, contact: Contact, person: Person, actor: Actor) -> None:
    """Let a contact count no more, and keep its summary until `file_again`; without a summary it is removed.

    Raises NotYours as `take_contact_back`.
    """
    if not contact.summary:
        take_contact_back(session, contact, person, actor)
        return
    if not queries.noted_by_today(contact, actor):
        raise NotYours
    reached = contact.outcome == REACHED
    contact.outcome = UNFILED
    session.flush()
    if reached:
        last_contact_again(session, person)
    record(session, "contact.unfile", "contact", contact.id, person_id=person.id)


def file_again(
    session: ScopedSession, contact: Contact, person: Person, *, outcome: str, happened_on: date, minutes: int | None
) -> None:
    """Let a contact that was kept by `unfile_contact` count again, with the outcome of now."""
    contact.outcome, contact.happened_on = outcome, happened_on
    contact.minutes = minutes or contact.minutes
    session.flush()
    if outcome == REACHED:
        _last_contact_forward(session, person, happened_on)
    record(session, "contact.file_again", "contact", contact.id, person_id=person.id, details={"outcome": outcome})


def remove_contact(session: ScopedSession, contact: Contact, person: Person, actor: Actor) -> None:
    """Remove one's own contact of today. Raises NotYours otherwise."""
    if not queries.may_remove(contact, actor):
        raise NotYours
    take_contact_back(session, contact, person, actor)
