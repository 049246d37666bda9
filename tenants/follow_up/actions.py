from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, or_, true, update

from clais.actor import Actor
from clais.audit.actions import record
from clais.database import ScopedSession
from tenants.follow_up import queries
from tenants.follow_up.choices import REACHED, UNFILED
from tenants.follow_up.models import CONFIDENCE, Contact, Note
from tenants.people.models import Person


class NotYours(Exception):  # noqa: N818 - the domain's term: the act is someone else's, or too late.
    """Only its author may rewrite a note or remove a contact, on the day it was written."""


def write_note(
    session: ScopedSession, person: Person, actor: Actor, *, text: str, note_class: str, readers: Sequence[UUID] = ()
) -> Note:
    """Add a note to the file of `person`. `readers` (memberships) are stored for a confidence only."""
    note = Note(
        person_id=person.id,
        text=text,
        note_class=note_class,
        author_id=actor.membership_id,
        author_name=actor.display_name,
        readers=_readers(note_class, readers, actor.membership_id),
    )
    session.add(note)
    session.flush()
    record(session, "note.write", "note", note.id, person_id=person.id, details={"class": note_class})
    return note


def rewrite_note(
    session: ScopedSession, note: Note, actor: Actor, *, text: str, note_class: str, readers: Sequence[UUID] = ()
) -> None:
    """Correct a note. Raises NotYours unless the actor is its author and wrote it today."""
    if not queries.may_rewrite(note, actor):
        raise NotYours
    note.text = text
    note.note_class = note_class
    note.readers = _readers(note_class, readers, note.author_id)
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


def _last_contact(session: ScopedSession, person: Person, day: date | None, when: ColumnElement[bool]) -> None:
    # A statement leaves the version of the row: a contact must not make a colleague's edit of the card stale.
    session.execute(
        update(Person)
        .where(Person.tenant_id == session.scope.tenant_id, Person.id == person.id, when)
        .values(last_contact_on=day)
    )


def complete_contact(
    session: ScopedSession, contact: Contact, actor: Actor, *, minutes: int | None, summary: str | None
) -> None:
    """Write the summary of a contact that was noted with one click.

    The first writer becomes the author; later only the author may change it. Raises NotYours.
    """
    if not queries.may_complete(contact, actor):
        raise NotYours
    if summary and not contact.summary:
        contact.author_id, contact.author_name = actor.membership_id, actor.display_name
    contact.minutes = minutes
    contact.summary = summary or None
    record(session, "contact.complete", "contact", contact.id, person_id=contact.person_id)


def take_contact_back(session: ScopedSession, contact: Contact, person: Person, actor: Actor) -> None:
    """Remove a contact noted by mistake, and compute the day of the last contact again.

    Only its author may remove one with a summary, on the day it was noted. Raises NotYours.
    """
    if contact.summary and not queries.noted_by_today(contact, actor):
        raise NotYours
    session.delete(contact)
    session.flush()
    if contact.outcome == REACHED and person.last_contact_on == contact.happened_on:
        _last_contact(session, person, queries.last_reached_on(session, person.id), true())
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
    if reached and person.last_contact_on == contact.happened_on:
        _last_contact(session, person, queries.last_reached_on(session, person.id), true())
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
