"""Seals the trail: appends a seal over the records that no seal covers yet and that no running transaction can join.

The records are written as they come; only the sealer writes in a row. A chain that each request continues would let one
request of a tenant run at a time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Text, cast, func, literal, select, tuple_
from sqlalchemy.exc import IntegrityError

from clais.audit.heads import Head, Heads
from clais.audit.models import AuditEvent, AuditSeal
from clais.audit.seals import SealingKeys, canonical_json, digest, ids_of, link
from clais.clock import now
from clais.database import NIL, ScopedSession, new_id
from clais.database.transactions import TransactionId, next_transaction, no_transaction_yet, oldest_running

BATCH = 500
"""Records under one seal."""
BATCHES = 40
"""Seals that one run makes for a tenant, at most: every tenant gets its turn."""
UNIQUE_VIOLATION = "23505"
Position = tuple[int, UUID]
"""The transaction and the id of a record: the order in which records are sealed."""
BEGINNING: Position = (0, NIL)

EVENT_COLUMNS = tuple(column for column in AuditEvent.__table__.columns if column.name != "details")
SEALED_COLUMNS = (*EVENT_COLUMNS, cast(AuditEvent.details, Text).label("details"))
"""All columns of a record: the details as the text that is stored, whose numbers keep every digit."""
_NAMES = tuple(column.name for column in SEALED_COLUMNS)


def seal_events(session: ScopedSession, keys: SealingKeys, heads: Heads) -> int:
    """Seal what can be sealed of one tenant; returns how many seals were made. Commits after each.

    Of two who seal at once, the second gives up. The file of heads follows the database, unless the database lacks what
    the file knows: then the file stays as it is, and tells.
    """
    made = 0
    last = last_seal(session)
    known = heads.read().get(session.scope.tenant_id)
    follows = known is None or has_head(session, known)
    while made < BATCHES:
        seal = next_seal(session, keys, last)
        if seal is None:
            break
        try:
            session.add(seal)
            session.commit()
        except IntegrityError as error:
            session.rollback()
            if getattr(error.orig, "sqlstate", None) != UNIQUE_VIOLATION:
                raise
            return made
        made, last = made + 1, seal
    if last is not None and follows:
        heads.keep(session.scope.tenant_id, Head(last.number, last.digest))
    return made


def next_seal(session: ScopedSession, keys: SealingKeys, last: AuditSeal | None) -> AuditSeal | None:
    """The seal over the next records, not yet added to the session; None when there are none."""
    bound = oldest_running(session)
    era = last.era if last else 0
    if began_anew(last, bound) if last else _came_from_elsewhere(session):
        return _seal(session, keys, last, list(_uncovered(session)), era + 1, (bound, NIL))
    rows, end = unsealed(session, last, bound)
    return _seal(session, keys, last, rows, era, end) if rows else None


def unsealed(
    session: ScopedSession, last: AuditSeal | None, bound: int, limit: int | None = None
) -> tuple[Sequence[Row[Any]], Position]:
    """The next records without a seal, of transactions below `bound`, and the place up to which was looked."""
    after = (last.transaction_id, last.last_id) if last else BEGINNING
    while True:
        found = _events(session, after, bound, limit or BATCH)
        if not found:
            return (), after
        after = (found[-1].transaction_id, found[-1].id)
        rows = found if last is None or not last.era else _without_older(session, found, last.era)
        if rows:
            return rows, after


def unsealed_since(session: ScopedSession) -> datetime | None:
    """When the first record of one tenant was written that no seal covers; None when all are sealed."""
    last = last_seal(session)
    rows, _end = unsealed(session, last, next_transaction(session), limit=1)
    return rows[0].happened_at if rows else None


def last_seal(session: ScopedSession) -> AuditSeal | None:
    """The newest seal of the current tenant."""
    newest = select(AuditSeal).where(AuditSeal.tenant_id == session.scope.tenant_id)
    return session.scalars(newest.order_by(AuditSeal.number.desc()).limit(1)).first()


def has_head(session: ScopedSession, head: Head) -> bool:
    """Whether the current tenant has the seal of this number, with this digest."""
    found = select(AuditSeal.digest).where(
        AuditSeal.tenant_id == session.scope.tenant_id, AuditSeal.number == head.number
    )
    return session.scalars(found).first() == head.digest


def began_anew(last: AuditSeal, bound: int) -> bool:
    """Whether the numbers of transactions are lower than they were: a backup was put back on another server."""
    opens_an_era = last.last_id == NIL
    return bound < last.transaction_id or (bound == last.transaction_id and not opens_an_era)


def sealed_form(row: Row[Any]) -> dict[str, Any]:
    """The columns of a record as they are hashed."""
    return {**dict(zip(_NAMES, row, strict=True)), "details": canonical_json(row.details)}


def position(at: Position) -> Any:
    """A place in the order of the records, to compare with that of a row."""
    return tuple_(cast(literal(at[0], TransactionId()), TransactionId()), literal(at[1]))


def _came_from_elsewhere(session: ScopedSession) -> bool:
    """Whether there are records of transactions that this server has not had: a backup without seals was put back."""
    own = AuditEvent.tenant_id == session.scope.tenant_id
    found = select(AuditEvent.id).where(own, no_transaction_yet(AuditEvent.transaction_id))
    return session.execute(found.limit(1)).first() is not None


def _seal(
    session: ScopedSession,
    keys: SealingKeys,
    last: AuditSeal | None,
    rows: Sequence[Row[Any]],
    era: int,
    end: Position,
) -> AuditSeal:
    key = keys.key(keys.current)
    moments = [row.happened_at for row in rows] or [now()]
    seal = AuditSeal(
        tenant_id=session.scope.tenant_id,
        id=new_id(),
        number=last.number + 1 if last else 1,
        era=era,
        transaction_id=end[0],
        last_id=end[1],
        first_at=min(moments),
        last_at=max(moments),
        key_id=keys.current,
        links=b"".join(link(key, sealed_form(row)) for row in rows),
        sealed_at=now(),
    )
    seal.digest = digest(key, seal, last.digest if last else b"")
    return seal


def _events(session: ScopedSession, after: Position, bound: int, limit: int) -> Sequence[Row[Any]]:
    """The next records after a place, of transactions below `bound`, which are all over."""
    place = tuple_(AuditEvent.transaction_id, AuditEvent.id)
    return session.execute(
        select(*SEALED_COLUMNS)
        .where(
            AuditEvent.tenant_id == session.scope.tenant_id,
            place > position(after),
            AuditEvent.transaction_id < literal(bound, TransactionId()),
        )
        .order_by(AuditEvent.transaction_id, AuditEvent.id)
        .limit(limit)
    ).all()


def _uncovered(session: ScopedSession) -> Iterator[Row[Any]]:
    """Every record that no seal covers, read once: when the numbers of transactions begin anew."""
    own = AuditSeal.tenant_id == session.scope.tenant_id
    seals = session.scalars(select(AuditSeal).where(own).execution_options(yield_per=100))
    covered = {one for seal in seals for one in ids_of(seal)}
    found = select(*SEALED_COLUMNS).where(AuditEvent.tenant_id == session.scope.tenant_id).order_by(AuditEvent.id)
    rows = session.execute(found.execution_options(yield_per=BATCH))
    return (row for row in rows if row.id not in covered)


def _without_older(session: ScopedSession, rows: Sequence[Row[Any]], era: int) -> list[Row[Any]]:
    """The rows that no seal of an earlier era covers: their numbers may lie among those of this era."""
    moments = [row.happened_at for row in rows]
    opening = select(func.min(AuditSeal.number)).where(
        AuditSeal.tenant_id == session.scope.tenant_id, AuditSeal.era == era
    )
    older = session.scalars(
        select(AuditSeal).where(
            AuditSeal.tenant_id == session.scope.tenant_id,
            AuditSeal.number <= opening.scalar_subquery(),
            AuditSeal.first_at <= max(moments),
            AuditSeal.last_at >= min(moments),
        )
    )
    covered = {one for seal in older for one in ids_of(seal)}
    return [row for row in rows if row.id not in covered]
