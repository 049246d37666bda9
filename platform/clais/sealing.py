"""Facts about someone, sealed into the row that holds them: from a stolen dump, a log or another row nobody reads them.

For what articles 9 and 10 of the GDPR protect, and for the facts that travel between tenants.
"""

import json
from typing import Any, Protocol
from uuid import UUID

from clais.encryption import Keyring

COLUMN = "sealed"
BLOCK = 64
"""Sealed facts are as long as a number of these, in bytes."""


class SealedRow(Protocol):
    """A row whose column `sealed` holds what `seal` made for it."""

    __tablename__: str
    tenant_id: Any
    id: Any
    sealed: Any


def seal(keyring: Keyring, facts: object, *, table: str, tenant_id: UUID, row_id: UUID) -> bytes:
    """The facts, as JSON takes them, readable in this one row only; the same facts never give the same bytes.

    Nor does their length tell of them: « -2 » is longer than « 1 », and blanks make up for it.
    """
    words = json.dumps(facts, separators=(",", ":"))
    padded = words.ljust(-(-len(words) // BLOCK) * BLOCK)
    return keyring.encrypt(padded, table=table, column=COLUMN, tenant_id=tenant_id, row_id=row_id)


def unseal(keyring: Keyring, row: SealedRow) -> Any:
    """The facts of a row. Raises `clais.encryption.DecryptionFailed` when they were sealed elsewhere or otherwise."""
    return json.loads(
        keyring.decrypt(row.sealed, table=row.__tablename__, column=COLUMN, tenant_id=row.tenant_id, row_id=row.id)
    )
