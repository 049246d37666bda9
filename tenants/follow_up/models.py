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
    ScopedSession,
    TenantOwned,
    Timestamped,
    Versioned,
    belongs_to,
    tenant_index,
    tenant_unique,
)

CONFIDENCE = "confidence"


class Note(Base, TenantOwned, Timestamped, Versioned):
    """A note on a file. Its class says who reads it: fact (the team), shareable (may travel), confidence (its author
    and the colleagues it names).
    """

    __tablename__ = "note"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "written_at"),
        CheckConstraint("note_class IN ('fact', 'shareable', 'confidence')", name="note_class"),
    )

    person_id: Mapped[UUID]
    note_class: Mapped[str] = mapped_column(String(12), default="fact")
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(String(120))
    readers: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid()), default=list)
    written_at: Mapped[datetime] = mapped_column(default=now)


def readable_by(reader: UUID | BindParameter[UUID]) -> ColumnElement[bool]:
    """Who reads a note: a confidence its author and whom it names, any other the team."""
    return or_(Note.note_class != CONFIDENCE, Note.author_id == reader, any_(Note.readers) == reader)


_READER: BindParameter[UUID] = bindparam("reader_of_notes", type_=Uuid())
_KEPT = with_loader_criteria(Note, readable_by(_READER), include_aliases=True)
_guarded: WeakKeyDictionary[Executable, Executable | None] = WeakKeyDictionary()
"""Each statement with the condition, or None where it reads no notes. One that is asked again and again must stay the
same object: SQLAlchemy makes out only once what it says, and for a copy anew each time.
"""


@event.listens_for(ScopedSession, "do_orm_execute")
def keep_confidences(execution: ORMExecuteState) -> None:
    """Leave out of every SELECT of `Note`, whoever wrote it, the confidences that are not for the actor of the session.
    Not out of one that goes past the mapping: the bare table, or SQL written out. Nothing in the house does.

    It stands beside the table and not in the queries, so that a page, a count, a search or a parcel that is written
    later keeps the promise without knowing of it. Work without an actor, such as a job, reads none.
    """
    if not execution.is_select or execution.is_column_load:
        return
    asked = execution.statement
    if asked not in _guarded:
        _guarded[asked] = asked.options(_KEPT) if _reads_notes(asked) else None
    guarded = _guarded[asked]
    if guarded is not None:
        actor: Actor | None = execution.session.info.get("actor")
        execution.statement = guarded
        given = execution.parameters if isinstance(execution.parameters, Mapping) else {}
        execution.parameters = {**given, _READER.key: actor.membership_id if actor else NIL}


def _reads_notes(statement: Any) -> bool:
    """Whether notes stand anywhere in it: under another name, in a subquery, in one part of a union."""
    return any(isinstance(part, Table) and part.name == Note.__tablename__ for part in iterate(statement))


class Contact(Base, TenantOwned, Timestamped, Versioned):
    """A contact with the person, or an attempt: how, how long, what came of it.

    `appointment_id` names the appointment that it is the outcome of: one appointment is one contact.
    """

    __tablename__ = "contact"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("appointment", "appointment_id", ondelete="CASCADE"),
        tenant_index("person_id", "happened_on"),
        tenant_unique("appointment_id"),
    )

    person_id: Mapped[UUID]
    appointment_id: Mapped[UUID | None]
    happened_on: Mapped[date] = mapped_column(default=today)
    channel: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    summary: Mapped[str | None] = mapped_column(String(1000))
    author_id: Mapped[UUID]
    author_name: Mapped[str] = mapped_column(String(120))
