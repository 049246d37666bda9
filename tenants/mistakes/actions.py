"""Setting aside what was encoded by mistake, and restoring it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from clais.actor import Actor
from clais.audit.actions import record
from clais.clock import now
from clais.database import EVERY_ROW, ScopedSession
from clais.encryption import Keyring
from clais.exchange.referrals.queries import agreements_in_force
from clais.feature import composition
from clais.workflow import Refused
from tenants.desk.queries import is_here
from tenants.follow_up.actions import last_contact_again
from tenants.follow_up.models import Contact, Note
from tenants.intake.models import Intake
from tenants.merging.pairs import forget_pairs
from tenants.merging.queries import files
from tenants.mistakes.choices import FILE
from tenants.mistakes.models import Mistake
from tenants.mistakes.queries import ENTRIES
from tenants.mistakes.workflow import MISTAKE
from tenants.people.actions import lock_file
from tenants.people.matching.keys import drop_keys, write_keys
from tenants.people.models import Person
from tenants.questionnaires.models import InstrumentFilling


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What is under way for a person: in words, the agreements that stand, by the number of what was sent, and whether
    they are at the desk now: who waits there would be seen by nobody any more.
    """

    items: tuple[str, ...] = ()
    agreements: tuple[tuple[str, datetime], ...] = ()
    is_here: bool = False

    def __len__(self) -> int:
        return len(self.items) + len(self.agreements) + self.is_here


class StillOpen(Refused):
    """Something is under way in the file, or was sent from it: it is settled first."""

    def __init__(self, under_way: UnderWay) -> None:
        super().__init__("still_open")
        self.under_way = under_way


def set_file_aside(session: ScopedSession, actor: Actor, person: Person, *, reason: str, because: str) -> Mistake:
    """Leave a whole file out of all that is read. Raises StillOpen; Refused('set_aside') when it is already."""
    lock_file(session, person)
    if person.left_out_at is not None:
        raise Refused("set_aside")
    if still := under_way(session, person):
        raise StillOpen(still)
    made = _note(session, actor, person, FILE, person, reason, because)
    _leave_out(session, FILE, person.id, made.set_aside_at)
    drop_keys(session, person)
    forget_pairs(session, person.id)
    return made


def set_entry_aside(
    session: ScopedSession, actor: Actor, person: Person, entry: Note | Contact | Intake, *, reason: str, because: str
) -> Mistake:
    """Leave a note, a contact or a reception out of all that is read, and compute the last contact again.

    Raises Refused: `set_aside` when it is already; `of_appointment` for a contact that an appointment led to.
    """
    lock_file(session, person)
    if entry.left_out_at is not None:
        raise Refused("set_aside")
    if isinstance(entry, Contact) and entry.appointment_id is not None:
        raise Refused("of_appointment")
    made = _note(session, actor, person, entry.__tablename__, entry, reason, because)
    _leave_out(session, made.subject_type, entry.id, made.set_aside_at)
    _follow(session, made.subject_type, person)
    return made


def restore(session: ScopedSession, actor: Actor, made: Mistake, keyring: Keyring) -> None:
    """Let a file or an entry be read again. Raises Refused."""
    person = lock_file(session, files(session, made.person_id)[made.person_id])
    session.refresh(made, with_for_update=True)
    MISTAKE.apply(session, made, "restore", actor)
    made.restored_at, made.restored_by = now(), actor.display_name
    _leave_out(session, made.subject_type, made.subject_id, None)
    if made.subject_type == FILE:
        write_keys(session, person, keyring)
    else:
        _follow(session, made.subject_type, person)
    session.flush()
    record(session, "mistake.restore", "mistake", made.id, person_id=person.id, details={"what": made.subject_type})


def under_way(session: ScopedSession, person: Person) -> UnderWay:
    """What must be settled before a file is set aside."""
    items = tuple(item.text for each in composition().settlements for item in each.load(session, person.id))
    agreements = tuple((row.reference, row.until) for row in agreements_in_force(session, person.id))
    return UnderWay(items, agreements, is_here(session, person.id))


def _note(
    session: ScopedSession, actor: Actor, person: Person, kind: str, row: Any, reason: str, because: str
) -> Mistake:
    made = Mistake(
        person_id=person.id,
        subject_type=kind,
        subject_id=row.id,
        reason=reason,
        because=because,
        set_aside_at=now(),
        set_aside_by=actor.display_name,
    )
    try:
        with session.begin_nested():
            session.add(made)
    except IntegrityError as error:
        raise Refused("set_aside") from error
    details = {"what": kind, "reason": reason}
    record(session, "mistake.set_aside", "mistake", made.id, person_id=person.id, details=details)
    return made


def _leave_out(session: ScopedSession, kind: str, key: UUID, moment: datetime | None) -> None:
    table = Person if kind == FILE else ENTRIES[kind][0]
    _mark(session, table, key, moment)
    if table is Intake:
        asked = select(Intake.filling_id).where(Intake.tenant_id == session.scope.tenant_id, Intake.id == key)
        filling = session.scalar(asked.execution_options(**EVERY_ROW))
        if filling is not None:
            _mark(session, InstrumentFilling, filling, moment)


def _mark(session: ScopedSession, table: type[Any], key: UUID, moment: datetime | None) -> None:
    # A statement leaves the version of the row, and when it was last written: restored, it is what it was.
    row = update(table).where(table.tenant_id == session.scope.tenant_id, table.id == key)
    marked = row.values(left_out_at=moment, updated_at=table.updated_at)
    session.execute(marked.execution_options(synchronize_session=False))


def _follow(session: ScopedSession, kind: str, person: Person) -> None:
    """What is computed from the entries of a file."""
    if kind != Note.__tablename__:
        last_contact_again(session, person)
