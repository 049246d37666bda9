from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_

from clais.audit.models import AuditEvent
from clais.database import ScopedSession

SAME_MOMENT = timedelta(seconds=10)
"""An act and its record are written by one request, not at one instant."""
READING = ".read"
"""What the verb of every reading holds: person.read, person.read_number."""
READINGS_ONLY, CHANGES_ONLY = "readings", "changes"


def is_reading(event: AuditEvent) -> bool:
    """Whether nothing was changed by what is on record."""
    return READING in event.verb


def author_at(session: ScopedSession, moment: datetime, subject_ids: Collection[UUID]) -> AuditEvent | None:
    """The act on one of some subjects that was recorded at `moment`, readings left out; None when none was.

    The moment keeps who did something else, earlier or later, from being named for it.
    """
    return session.scalars(
        select(AuditEvent)
        .where(
            AuditEvent.tenant_id == session.scope.tenant_id,
            AuditEvent.happened_at.between(moment - SAME_MOMENT, moment + SAME_MOMENT),
            AuditEvent.subject_id.in_(subject_ids),
            ~AuditEvent.verb.contains(READING),
        )
        .order_by(AuditEvent.happened_at.desc(), AuditEvent.id.desc())
        .limit(1)
    ).first()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records: those about a person, or about `subject_ids` while they name no person; those of a member; those
    from `begins` until before `ends`; readings only, or changes only.
    """

    person_id: UUID | None = None
    subject_ids: Collection[UUID] = ()
    membership_id: UUID | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    kind: str | None = None


def history(
    session: ScopedSession, wanted: Wanted, after: tuple[datetime, UUID] | None = None, *, limit: int
) -> list[AuditEvent]:
    """Who did or read what, newest first, after the (happened_at, id) of the page before."""
    found = select(AuditEvent).where(AuditEvent.tenant_id == session.scope.tenant_id, *_narrowed(wanted))
    if after is not None:
        # The moment stands alone as well, so that the page is a stretch of an index that ends with it.
        found = found.where(AuditEvent.happened_at <= after[0], tuple_(AuditEvent.happened_at, AuditEvent.id) < after)
    newest_first = (AuditEvent.happened_at.desc(), AuditEvent.id.desc())
    return list(session.scalars(found.order_by(*newest_first).limit(limit)))


def _narrowed(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    if wanted.person_id is not None:
        about = AuditEvent.person_id == wanted.person_id
        unnamed = AuditEvent.person_id.is_(None) & AuditEvent.subject_id.in_(wanted.subject_ids)
        yield about | unnamed if wanted.subject_ids else about
    if wanted.membership_id is not None:
        yield AuditEvent.membership_id == wanted.membership_id
    if wanted.begins is not None:
        yield AuditEvent.happened_at >= wanted.begins
    if wanted.ends is not None:
        yield AuditEvent.happened_at < wanted.ends
    if wanted.kind is not None:
        reading = AuditEvent.verb.contains(READING)
        yield reading if wanted.kind == READINGS_ONLY else ~reading
