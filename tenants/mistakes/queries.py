"""What was encoded by mistake, and the entries of a file that may have been."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from clais.database import EVERY_ROW, ScopedSession
from clais.thread import Source
from tenants.follow_up.models import Contact, Note
from tenants.intake.models import Intake
from tenants.mistakes.choices import FILE
from tenants.mistakes.models import Mistake
from tenants.people.models import Person

ENTRIES: dict[str, tuple[type[Any], Any]] = {
    "note": (Note, Note.written_at),
    "contact": (Contact, Contact.happened_on),
    "intake": (Intake, Intake.received_on),
}
"""What may be set aside in a file → its table, and what it is sorted by."""
MOST = 50
MOST_LISTED = 200

OF_A_PERSON = Source(
    Mistake.person_id,
    {
        "id": Mistake.id,
        "subject_type": Mistake.subject_type,
        "state": Mistake.state,
        "set_aside_at": Mistake.set_aside_at,
        "set_aside_by": Mistake.set_aside_by,
        "restored_at": Mistake.restored_at,
        "restored_by": Mistake.restored_by,
    },
    order=(Mistake.set_aside_at.desc(), Mistake.id.desc()),
)
"""That something in a file was set aside, or the file itself."""


def entries_of(session: ScopedSession, person_id: UUID) -> dict[str, Sequence[Any]]:
    """The newest notes, contacts and receptions of a file, as far as the actor may read them.

    What was noted of an appointment is taken back where the interview is written.
    """
    found: dict[str, Sequence[Any]] = {}
    for kind, (table, day) in ENTRIES.items():
        rows = select(table).where(table.tenant_id == session.scope.tenant_id, table.person_id == person_id)
        if table is Contact:
            rows = rows.where(Contact.appointment_id.is_(None))
        found[kind] = session.scalars(rows.order_by(day.desc(), table.id.desc()).limit(MOST)).all()
    return found


def set_aside(session: ScopedSession) -> Sequence[Mistake]:
    """What is set aside here, the last first."""
    here = (Mistake.tenant_id == session.scope.tenant_id, Mistake.state == "set_aside")
    rows = select(Mistake).where(*here).order_by(Mistake.set_aside_at.desc(), Mistake.id.desc())
    return session.scalars(rows.limit(MOST_LISTED).execution_options(**EVERY_ROW)).all()


def subjects_of(session: ScopedSession, mistakes: Sequence[Mistake]) -> dict[UUID, Any]:
    """The files and entries that were set aside, by key, as far as the actor may read them."""
    found: dict[UUID, Any] = {}
    tables: dict[str, type[Any]] = {FILE: Person} | {kind: table for kind, (table, _day) in ENTRIES.items()}
    for kind, table in tables.items():
        keys = [row.subject_id for row in mistakes if row.subject_type == kind]
        if keys:
            rows = select(table).where(table.tenant_id == session.scope.tenant_id, table.id.in_(keys))
            found |= {row.id: row for row in session.scalars(rows.execution_options(**EVERY_ROW))}
    return found
