from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Date, TextClause, Uuid, func, literal, select, text, tuple_

from clais.audit.models import IS_LISTED, LISTED, AuditEvent
from clais.clock import BELGIUM
from clais.database import ScopedSession

SAME_MOMENT = timedelta(seconds=10)
"""One request writes a change and its record, but not at the same instant."""
READING = ".read"
"""Part of the verb of every reading: person.read, person.read_number."""
READINGS_ONLY, CHANGES_ONLY, LISTS_ONLY = "readings", "changes", "lists"


def is_reading(event: AuditEvent) -> bool:
    """Whether the event is a reading of a file or of a list, which changed nothing."""
    return READING in event.verb or event.verb == LISTED


def author_at(session: ScopedSession, moment: datetime, subject_ids: Collection[UUID]) -> AuditEvent | None:
    """The change of one of the subjects that was recorded at `moment`, or None.

    The moment excludes the authors of earlier and later changes.
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
class EventFilter:
    """A filter of events: about a person, who is on record under `subject_ids` too; by a member; from `begins` until
    before `ends`; readings only, changes only, or lists only. Without a kind it is all but lists, which are many.
    """

    person_id: UUID | None = None
    subject_ids: Collection[UUID] = ()
    membership_id: UUID | None = None
    begins: datetime | None = None
    ends: datetime | None = None
    kind: str | None = None


def history(
    session: ScopedSession, chosen: EventFilter, after: tuple[datetime, UUID] | None = None, *, limit: int
) -> list[AuditEvent]:
    """Who did or read what, newest first, after the (happened_at, id) of the page before."""
    found = select(AuditEvent).where(AuditEvent.tenant_id == session.scope.tenant_id, *_conditions(chosen))
    if after is not None:
        # The separate condition on the moment lets PostgreSQL read the page as one range of an index that ends with it.
        found = found.where(AuditEvent.happened_at <= after[0], tuple_(AuditEvent.happened_at, AuditEvent.id) < after)
    newest_first = (AuditEvent.happened_at.desc(), AuditEvent.id.desc())
    return list(session.scalars(found.order_by(*newest_first).limit(limit)))


def _conditions(chosen: EventFilter) -> Iterator[ColumnElement[bool] | TextClause]:
    if chosen.person_id is not None and chosen.kind == LISTS_ONLY:
        yield AuditEvent.listed.bool_op("&&")(literal([chosen.person_id, *chosen.subject_ids], ARRAY(Uuid())))
    elif chosen.person_id is not None:
        about = AuditEvent.person_id.in_([chosen.person_id, *chosen.subject_ids])
        unnamed = AuditEvent.person_id.is_(None) & AuditEvent.subject_id.in_(chosen.subject_ids)
        yield about | unnamed if chosen.subject_ids else AuditEvent.person_id == chosen.person_id
    if chosen.membership_id is not None:
        yield AuditEvent.membership_id == chosen.membership_id
    if chosen.begins is not None:
        yield AuditEvent.happened_at >= chosen.begins
    if chosen.ends is not None:
        yield AuditEvent.happened_at < chosen.ends
    yield text(IS_LISTED) if chosen.kind == LISTS_ONLY else AuditEvent.verb != LISTED
    if chosen.kind in {READINGS_ONLY, CHANGES_ONLY}:
        reading = AuditEvent.verb.contains(READING)
        yield reading if chosen.kind == READINGS_ONLY else ~reading


class Appearance(NamedTuple):
    """How many lists showed the name of a person to a member on one day, and when the last one did."""

    user_id: UUID
    membership_id: UUID
    actor_name: str
    day: date
    lists: int
    last_at: datetime


def appearances(session: ScopedSession, chosen: EventFilter, *, limit: int) -> list[Appearance]:
    """In which lists a person appeared, newest day first. It reads every list of the period."""
    day = func.timezone(str(BELGIUM), AuditEvent.happened_at).cast(Date)
    last = func.max(AuditEvent.happened_at)
    wanted = replace(chosen, kind=LISTS_ONLY)
    by = (AuditEvent.user_id, AuditEvent.membership_id, AuditEvent.actor_name)
    found = (
        select(*by, day, func.count(), last)
        .where(AuditEvent.tenant_id == session.scope.tenant_id, *_conditions(wanted))
        .group_by(*by, day)
        .order_by(day.desc(), last.desc())
    )
    return [Appearance(*row) for row in session.execute(found.limit(limit))]
