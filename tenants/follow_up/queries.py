"""Queries of notes and contacts. The listener beside `Note` protects confidences: no SELECT repeats the rule."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, tuple_

from clais.actor import Actor
from clais.clock import now, today
from clais.database import ScopedSession
from clais.dates import day_of
from clais.searching.prose import has_words
from clais.thread import READER, Source
from tenants.follow_up.choices import REACHED
from tenants.follow_up.models import Contact, EarlierContact, EarlierNote, Note, readable_by
from tenants.intake.models import Intake

NOTES_PAGE = 20
MOST_FOUND = 200
"""Of those that were looked for, without pages."""
TO_CORRECT = timedelta(days=1)
"""How long the author of a note or a contact may correct it."""


def notes_of(
    session: ScopedSession,
    person_id: UUID,
    *,
    after: tuple[datetime, UUID] | None = None,
    words: str = "",
    theme: str | None = None,
    limit: int = NOTES_PAGE,
) -> list[Note]:
    """The notes on a file that the session's actor may read, newest first; each contains all `words`, and is about the
    `theme` if one is given. Words are compared without accents, case and signs.
    """
    found = select(Note).where(Note.tenant_id == session.scope.tenant_id, Note.person_id == person_id)
    if after is not None:
        found = found.where(tuple_(Note.written_at, Note.id) < after)
    if theme is not None:
        found = found.where(Note.theme == theme)
    found = found.where(*has_words(Note.text, words))
    return list(session.scalars(found.order_by(Note.written_at.desc(), Note.id.desc()).limit(limit)))


NOTES_OF_A_PERSON = Source(
    Note.person_id,
    {
        "id": Note.id,
        "person_id": Note.person_id,
        "note_class": Note.note_class,
        "theme": Note.theme,
        "text": Note.text,
        "author_id": Note.author_id,
        "author_name": Note.author_name,
        "readers": Note.readers,
        "written_at": Note.written_at,
        "corrected_at": Note.corrected_at,
    },
    order=(Note.written_at.desc(), Note.id.desc()),
    # The listener beside the table sees a SELECT, not the parts of a union.
    where=(readable_by(READER),),
)
"""The notes on a file that the reader may read."""

CONTACTS_OF_A_PERSON = Source(
    Contact.person_id,
    {
        "id": Contact.id,
        "appointment_id": Contact.appointment_id,
        "happened_on": Contact.happened_on,
        "created_at": Contact.created_at,
        "channel": Contact.channel,
        "minutes": Contact.minutes,
        "outcome": Contact.outcome,
        "theme": Contact.theme,
        "summary": Contact.summary,
        "author_id": Contact.author_id,
        "author_name": Contact.author_name,
        "corrected_at": Contact.corrected_at,
    },
    order=(Contact.happened_on.desc(), Contact.id.desc()),
    where=(Contact.appointment_id.is_(None),),
)
"""The contacts and attempts with a person outside of appointments."""


def number_of_notes(session: ScopedSession, person_id: UUID) -> int:
    """How many notes of a file the session's actor may read."""
    return (
        session.scalar(
            select(func.count(Note.id)).where(Note.tenant_id == session.scope.tenant_id, Note.person_id == person_id)
        )
        or 0
    )


def may_rewrite(note: Note, actor: Actor) -> bool:
    """Whether the actor may correct a note: only its author may, within a day."""
    return note.author_id == actor.membership_id and _within_a_day(note.written_at)


def may_correct(contact: Contact, actor: Actor) -> bool:
    """Whether the actor may correct a contact: only its author may, within a day.

    That of an appointment is corrected where the interview is written.
    """
    mine = contact.appointment_id is None and contact.author_id == actor.membership_id
    return mine and _within_a_day(contact.created_at)


def _within_a_day(moment: datetime) -> bool:
    return now() - moment < TO_CORRECT


def earlier_notes(session: ScopedSession, note: Note) -> list[EarlierNote]:
    """What a note said before it was corrected, newest first, as far as the session's actor might read it then."""
    found = select(EarlierNote).where(EarlierNote.tenant_id == session.scope.tenant_id, EarlierNote.note_id == note.id)
    return list(session.scalars(found.order_by(EarlierNote.written_at.desc())))


def earlier_contacts(session: ScopedSession, contact: Contact) -> list[EarlierContact]:
    """What a contact said before it was corrected, newest first."""
    found = select(EarlierContact).where(
        EarlierContact.tenant_id == session.scope.tenant_id, EarlierContact.contact_id == contact.id
    )
    return list(session.scalars(found.order_by(EarlierContact.written_at.desc())))


def contact_of_appointment(session: ScopedSession, appointment_id: UUID) -> Contact | None:
    """The contact of an appointment."""
    return session.scalars(
        select(Contact).where(Contact.tenant_id == session.scope.tenant_id, Contact.appointment_id == appointment_id)
    ).one_or_none()


def authors_of_reports(session: ScopedSession, appointment_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Appointment → who wrote the report of its interview, for those that have one."""
    if not appointment_ids:
        return {}
    written = select(Contact.appointment_id, Contact.author_id).where(
        Contact.tenant_id == session.scope.tenant_id,
        Contact.appointment_id.in_(appointment_ids),
        Contact.summary.is_not(None),
    )
    return {appointment_id: author_id for appointment_id, author_id in session.execute(written) if appointment_id}


def may_remove(contact: Contact, actor: Actor) -> bool:
    """Whether the actor may remove a contact: only its author may, on the day it was noted."""
    return contact.appointment_id is None and noted_by_today(contact, actor)


def noted_by_today(contact: Contact, actor: Actor) -> bool:
    """Whether the actor noted the contact today."""
    return contact.author_id == actor.membership_id and day_of(contact.created_at) == today()


def may_complete(contact: Contact, actor: Actor) -> bool:
    """Whether the actor may write the summary: anyone of the team while it is empty, then only its author."""
    return not contact.summary or contact.author_id == actor.membership_id


def last_reached_on(session: ScopedSession, person_id: UUID, *, since: UUID | None = None) -> date | None:
    """The day of the last contact or reception of a person, from the records; of those alone that were written since
    the row with this key was.
    """
    reached = select(func.max(Contact.happened_on)).where(
        Contact.tenant_id == session.scope.tenant_id, Contact.person_id == person_id, Contact.outcome == REACHED
    )
    received = select(func.max(Intake.received_on)).where(
        Intake.tenant_id == session.scope.tenant_id, Intake.person_id == person_id
    )
    if since is not None:  # Keys grow with time.
        reached, received = reached.where(Contact.id > since), received.where(Intake.id > since)
    return session.scalar(select(func.greatest(reached.scalar_subquery(), received.scalar_subquery())))
