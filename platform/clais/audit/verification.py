"""Reads the trail again beside its seals, and names the first record or seal that is not as it was."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Uuid, any_, func, literal, or_, select, tuple_

from clais.audit.heads import Head
from clais.audit.models import AuditEvent, AuditSeal
from clais.audit.sealing import (
    BATCH,
    BEGINNING,
    SEALED_COLUMNS,
    Position,
    began_anew,
    has_head,
    last_seal,
    position,
    sealed_form,
    unsealed,
)
from clais.audit.seals import HALF, START, SealingKeyMissing, SealingKeys, digest, ids_of, link, links_of
from clais.clock import now
from clais.database import ScopedSession
from clais.database.transactions import next_transaction, no_transaction_yet, oldest_running

LATE = timedelta(minutes=10)
"""A record that is older has a seal, unless the sealer stands still or a transaction is still running."""


class Fault(StrEnum):
    """What can be wrong with a trail, as a code."""

    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    SEAL_EDITED = "seal_edited"
    SEAL_MISSING = "seal_missing"
    TAIL_CUT = "tail_cut"
    TAIL_REWRITTEN = "tail_rewritten"
    KEY_MISSING = "key_missing"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first thing that is wrong: a record by its id and the moment that is known of it, or a seal by its number."""

    fault: Fault
    event_id: UUID | None = None
    at: datetime | None = None
    seal: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one tenant: how much is sealed and was read again, and since when records wait for a seal."""

    events: int
    seals: int
    newest: int
    broken: Broken | None = None
    waiting_since: datetime | None = None

    def is_behind(self) -> bool:
        """Whether records wait for their seal longer than they should."""
        return self.waiting_since is not None and now() - self.waiting_since > LATE


@dataclass
class _Reading:
    """How far a reading has come."""

    end: Position
    events: int = 0
    seals: int = 0
    in_reach: int = 0
    """Records read that lie in the stretch that is counted."""


Events = Mapping[UUID, Row[Any]]


def verify(session: ScopedSession, keys: SealingKeys, head: Head | None, *, latest: int | None = None) -> Verdict:
    """Read the trail of the current tenant again: all of it, or what the `latest` seals cover.

    `head` is the last seal as the file beside the database knows it. Memory holds one seal and its records at a time.
    """
    last = last_seal(session)
    waiting = _waiting_since(session, last)
    if last is None:
        cut = Broken(Fault.TAIL_CUT, seal=head.number) if head else None
        return Verdict(0, 0, 0, cut, waiting)
    first = 1 if latest is None else max(1, last.number - latest + 1)
    reading = _Reading(end=(last.transaction_id, last.last_id))
    broken = _read_again(session, keys, reading, first, last.number)
    broken = broken or _inserted(session, reading, first, last) or _cut(session, head, last)
    broken = broken or _out_of_reach(session, last, first)
    return Verdict(reading.events, reading.seals, last.number, broken, waiting)


def check_seal(seal: AuditSeal, events: Events, keys: SealingKeys, previous: bytes, number: int) -> Broken | None:
    """What is wrong with a seal that has its turn, or with a record that it covers. Asks nothing of the database."""
    if seal.number != number:
        return Broken(Fault.SEAL_MISSING, seal=number, at=seal.sealed_at)
    try:
        key = keys.key(seal.key_id)
    except SealingKeyMissing:
        return Broken(Fault.KEY_MISSING, seal=number, at=seal.sealed_at)
    if digest(key, seal, previous) != seal.digest:
        return Broken(Fault.SEAL_EDITED, seal=number, at=seal.sealed_at)
    for one in links_of(seal):
        event_id = UUID(bytes=one[:HALF])
        event = events.get(event_id)
        if event is None:
            return Broken(Fault.DELETED, event_id, seal.last_at, number)
        if link(key, sealed_form(event)) != one:
            return Broken(Fault.EDITED, event_id, event.happened_at, number)
    return None


def _read_again(session: ScopedSession, keys: SealingKeys, reading: _Reading, first: int, newest: int) -> Broken | None:
    """Go through the seals from the `first` to the `newest`, with their records."""
    previous = _digest_of(session, first - 1) if first > 1 else START
    if previous is None:
        return Broken(Fault.SEAL_MISSING, seal=first - 1)
    number, start = first, _start_of(session, first)
    for seal in _seals(session, first):
        events = _events_of(session, ids_of(seal))
        broken = check_seal(seal, events, keys, previous, number)
        if broken:
            return broken
        reading.seals += 1
        reading.events += len(events)
        places = ((event.transaction_id, event.id) for event in events.values())
        reading.in_reach += sum(start < place <= reading.end for place in places)
        number, previous = number + 1, seal.digest
        session.expunge(seal)
    return Broken(Fault.SEAL_MISSING, seal=number) if number <= newest else None


def _seals(session: ScopedSession, first: int) -> Iterator[AuditSeal]:
    """The seals from a number on, in their order, read one by one."""
    own = AuditSeal.tenant_id == session.scope.tenant_id
    number = first
    while True:
        next_one = select(AuditSeal).where(own, AuditSeal.number >= number).order_by(AuditSeal.number).limit(1)
        seal = session.scalars(next_one).first()
        if seal is None:
            return
        number = seal.number + 1
        yield seal


def _digest_of(session: ScopedSession, number: int) -> bytes | None:
    found = select(AuditSeal.digest).where(AuditSeal.tenant_id == session.scope.tenant_id, AuditSeal.number == number)
    return session.scalars(found).first()


def _start_of(session: ScopedSession, first: int) -> Position:
    """The place after which the records of a seal begin."""
    found = select(AuditSeal.transaction_id, AuditSeal.last_id).where(
        AuditSeal.tenant_id == session.scope.tenant_id, AuditSeal.number == first - 1
    )
    row = session.execute(found).first()
    return (row.transaction_id, row.last_id) if row else BEGINNING


def _events_of(session: ScopedSession, ids: Sequence[UUID]) -> Events:
    """The records of a seal that are there, in one statement; an opening seal may have more than a batch."""
    found: dict[UUID, Row[Any]] = {}
    for start in range(0, len(ids), BATCH):
        wanted = literal(ids[start : start + BATCH], ARRAY(Uuid()))
        own = AuditEvent.tenant_id == session.scope.tenant_id
        rows = session.execute(select(*SEALED_COLUMNS).where(own, AuditEvent.id == any_(wanted)))
        found.update((row.id, row) for row in rows)
    return found


def _inserted(session: ScopedSession, reading: _Reading, first: int, last: AuditSeal) -> Broken | None:
    """A record that no seal covers although its place is before the end of the last one.

    Counted first, which an index answers; the records are compared one by one when the count is wrong.
    """
    if first > 1 and last.era:
        return None  # Of several eras, only a reading of everything can tell.
    own, place = AuditEvent.tenant_id == session.scope.tenant_id, tuple_(AuditEvent.transaction_id, AuditEvent.id)
    within = (own, place > position(_start_of(session, first)), place <= position(reading.end))
    if session.scalar(select(func.count()).select_from(AuditEvent).where(*within)) == reading.in_reach:
        return None
    covered = {one for seal in _seals(session, first) for one in ids_of(seal)}
    in_order = (
        select(AuditEvent.id, AuditEvent.happened_at)
        .where(*within)
        .order_by(AuditEvent.transaction_id, AuditEvent.id)
        .execution_options(yield_per=BATCH)
    )
    with session.execute(in_order) as rows:
        late = next((row for row in rows if row.id not in covered), None)
    return Broken(Fault.INSERTED, late.id, late.happened_at) if late else None


def _out_of_reach(session: ScopedSession, last: AuditSeal, first: int) -> Broken | None:
    """A record that no seal covers or ever will: its number is of no transaction yet, or before all others.

    Of several eras, the numbers of the older ones are like that too: their records have seals, which a reading of
    everything knows. Before the first seal of an era nothing is said: the sealer takes them all.
    """
    if began_anew(last, oldest_running(session)) or (last.era and first > 1):
        return None
    place = tuple_(AuditEvent.transaction_id, AuditEvent.id)
    outside = (
        select(AuditEvent.id, AuditEvent.happened_at)
        .where(
            AuditEvent.tenant_id == session.scope.tenant_id,
            or_(no_transaction_yet(AuditEvent.transaction_id), place <= position(BEGINNING)),
        )
        .order_by(AuditEvent.transaction_id, AuditEvent.id)
    )
    found = session.execute(outside).all()
    covered = {one for seal in _seals(session, 1) for one in ids_of(seal)} if found and last.era else set()
    stray = next((row for row in found if row.id not in covered), None)
    return Broken(Fault.INSERTED, stray.id, stray.happened_at) if stray else None


def _cut(session: ScopedSession, head: Head | None, last: AuditSeal) -> Broken | None:
    """Whether the file knows a seal that the database lacks, or has otherwise."""
    if head is None or has_head(session, head):
        return None
    return Broken(Fault.TAIL_REWRITTEN if head.number <= last.number else Fault.TAIL_CUT, seal=head.number)


def _waiting_since(session: ScopedSession, last: AuditSeal | None) -> datetime | None:
    """The moment of the oldest record without a seal, as far as the next ones tell."""
    rows, _end = unsealed(session, last, next_transaction(session))
    return min((row.happened_at for row in rows), default=None)
