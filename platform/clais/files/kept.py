"""Keeps the content of a row in the store: encrypted for this row, erased once a transaction has erased the row."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import event

from clais.database import ScopedSession
from clais.encryption import Keyring
from clais.files.store import FileStore, StoreFault

COLUMN = "content"
"""What the associated data of a content call it; no table has such a column."""
_ERASED = "contents to erase"
log = structlog.get_logger("clais.files")


class KeptRow(Protocol):
    """A row whose content is in the store, under the key of the row."""

    __tablename__: str
    tenant_id: UUID
    id: UUID


def keep(store: FileStore, keyring: Keyring, row: KeptRow, content: bytes, owner_id: UUID) -> None:
    """Put the content of a new row into the store. `owner_id` is the row that it belongs to: it cannot be moved.

    Raises StoreFault.
    """
    sealed = keyring.encrypt_bytes(
        owner_id.bytes + content, table=row.__tablename__, column=COLUMN, tenant_id=row.tenant_id, row_id=row.id
    )
    store.put(row.tenant_id, row.id, sealed)


def keep_all(store: FileStore, keyring: Keyring, rows: Iterable[tuple[KeptRow, bytes]], owner_id: UUID) -> None:
    """Put the contents of several new rows into the store, or none of them: what is full is not filled further.

    Raises StoreFault.
    """
    kept: list[KeptRow] = []
    try:
        for row, content in rows:
            keep(store, keyring, row, content, owner_id)
            kept.append(row)
    except StoreFault:
        for row in kept:
            _erase_now(store, row.tenant_id, row.id)
        raise


def kept_content(store: FileStore, keyring: Keyring, row: KeptRow, owner_id: UUID) -> bytes:
    """The content of a row.

    Raises LookupError when there is none, StoreFault when the store does not answer, DecryptionFailed when it is not
    that of this row and this owner.
    """
    content = keyring.decrypt_bytes(
        store.get(row.tenant_id, row.id),
        table=row.__tablename__,
        column=COLUMN,
        tenant_id=row.tenant_id,
        row_id=row.id,
    )
    size = len(owner_id.bytes)
    if content[:size] != owner_id.bytes:
        raise LookupError(str(row.id))
    return content[size:]


def erase_with(session: ScopedSession, store: FileStore, keys: Iterable[UUID]) -> None:
    """Erase contents once the transaction that erases their rows is committed.

    What is left because the process dies just then, or the store does not answer, has no row any more: it is tidied up.
    """
    session.info.setdefault(_ERASED, []).extend((store, session.scope.tenant_id, key) for key in keys)


@event.listens_for(ScopedSession, "after_commit")
def _erase(session: ScopedSession) -> None:
    if session.in_nested_transaction():
        return
    for store, tenant_id, key in session.info.pop(_ERASED, ()):
        _erase_now(store, tenant_id, key)


def _erase_now(store: FileStore, tenant_id: UUID, key: UUID) -> None:
    try:
        store.delete(tenant_id, key)
    except StoreFault:
        log.warning("a content could not be erased yet", content=str(key))


@event.listens_for(ScopedSession, "after_soft_rollback")
def _spare(session: ScopedSession, _previous: object) -> None:
    session.info.pop(_ERASED, None)
