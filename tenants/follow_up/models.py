from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BindParameter,
    CheckConstraint,
    ColumnElement,
    Executable,
    SmallInteger,
    String,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    event,
    or_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, ORMExecuteState, mapped_column, with_loader_criteria
from sqlalchemy.sql.visitors import iterate

from clais.actor import Actor
from clais.clock import now, today
from clais.database import (
    NIL,
    Base,
    LeftOut,
    ScopedSession,
    TenantOwned,
    Timestamped,
    Versioned,
    belongs_to,
    tenant_index,
    tenant_unique,
)

CONFIDENCE = "confidence"


class Note(Base, TenantOwned, Timestamped, Versioned, LeftOut):
    """A note on a file. Its class says who reads it: fact (the team), shareable (may travel), confidence (its author
    and the colleagues it names).
    """

    __tablename__ = "note"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "written_at"),
        CheckConstraint("note_class IN ('fact', 'shareable', 'confidence')", name="note_class"),
        CheckConstraint("theme NOT IN ('health', 'justice')", name="theme"),
    )

    person_id: Mapped[UUID]
    note_class: Mapped[str] = mapped_column(String(12), default="fact")
    theme: Mapped[str | None] = mapped_column(String(20))
    """What it is about; never health or justice, as it stands in the clear."""
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(String(120))
    readers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    written_at: Mapped[datetime] = mapped_column(default=now)
    corrected_at: Mapped[datetime | None]
    """When its author last corrected it; `EarlierNote` has what it said before."""


class EarlierNote(Base, TenantOwned):
    """What a note said before it was corrected, with the class and the readers that it had then."""

    __tablename__ = "earlier_note"
    __table_args__ = (
        belongs_to("note", "note_id", ondelete="CASCADE"),
        tenant_index("note_id", "written_at"),
        CheckConstraint("note_class IN ('fact', 'shareable', 'confidence')", name="note_class"),
        CheckConstraint("theme NOT IN ('health', 'justice')", name="theme"),
    )

    note_id: Mapped[UUID]
    note_class: Mapped[str] = mapped_column(String(12))
    theme: Mapped[str | None] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID]
    readers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    written_at: Mapped[datetime]


def readable_by(reader: UUID | BindParameter[UUID], notes: type[Note | EarlierNote] = Note) -> ColumnElement[bool]:
    """The condition for notes that `reader` may read: a confidence, its author and named readers; others, the team."""
    return or_(notes.note_class != CONFIDENCE, notes.author_id == reader, any_(notes.readers) == reader)


_READER: BindParameter[UUID] = bindparam("reader_of_notes", type_=Uuid())
_READABLE_NOTES = [
    with_loader_criteria(notes, readable_by(_READER, notes), include_aliases=True) for notes in (Note, EarlierNote)
]
_NOTES = frozenset({Note.__tablename__, EarlierNote.__tablename__})
_guarded: WeakKeyDictionary[Executable, Executable | None] = WeakKeyDictionary()
"""Statement → the statement with the condition, or None when it reads no notes. A repeated statement must stay the
same object: SQLAlchemy caches its compiled form, and compiles a copy anew each time.
"""


@event.listens_for(ScopedSession, "do_orm_execute")
def keep_confidences(execution: ORMExecuteState) -> None:
    """Exclude from every SELECT of `Note` and `EarlierNote` the confidences that the actor of the session may not read.

    It does not see statements that bypass the mapping: the bare table, or textual SQL. The application has none.
    The rule is a listener and not a condition in each query, so that a later page, count, search or parcel respects
    it too. Work without an actor, such as a job, reads no confidence.
    """
    if not execution.is_select or execution.is_column_load:
        return
    statement = execution.statement
    if statement not in _guarded:
        _guarded[statement] = statement.options(*_READABLE_NOTES) if _reads_notes(statement) else None
    guarded = _guarded[statement]
    if guarded is not None:
        actor: Actor | None = execution.session.info.get("actor")
        execution.statement = guarded
        given = execution.parameters if isinstance(execution.parameters, Mapping) else {}
        execution.parameters = {**given, _READER.key: actor.membership_id if actor else NIL}


def _reads_notes(statement: Any) -> bool:
    """Whether the statement reads notes anywhere: under an alias, in a subquery, in one part of a union."""
    return any(isinstance(part, Table) and part.name in _NOTES for part in iterate(statement))


class Contact(Base, TenantOwned, Timestamped, Versioned, LeftOut):
    """A contact with the person, or an attempt: channel, length, outcome.

    `appointment_id` is the appointment that led to it: one appointment has one contact.
    """

    __tablename__ = "contact"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("appointment", "appointment_id", ondelete="CASCADE"),
        tenant_index("person_id", "happened_on"),
        tenant_unique("appointment_id"),
        CheckConstraint("theme NOT IN ('health', 'justice')", name="theme"),
    )

    person_id: Mapped[UUID]
    appointment_id: Mapped[UUID | None]
    happened_on: Mapped[date] = mapped_column(default=today)
    channel: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str | None] = mapped_column(String(20))
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    summary: Mapped[str | None] = mapped_column(String(1000))
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(String(120))
    corrected_at: Mapped[datetime | None]
    """When its author last corrected it; `EarlierContact` has what it said before."""


class EarlierContact(Base, TenantOwned):
    """What a contact said before it was corrected."""

    __tablename__ = "earlier_contact"
    __table_args__ = (
        belongs_to("contact", "contact_id", ondelete="CASCADE"),
        tenant_index("contact_id", "written_at"),
        CheckConstraint("theme NOT IN ('health', 'justice')", name="theme"),
    )

    contact_id: Mapped[UUID]
    happened_on: Mapped[date]
    channel: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    theme: Mapped[str | None] = mapped_column(String(20))
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    summary: Mapped[str | None] = mapped_column(String(1000))
    written_at: Mapped[datetime]
