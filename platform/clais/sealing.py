"""Encrypts facts about a person for the row that stores them; they cannot be decrypted from elsewhere.

For data of articles 9 and 10 of the GDPR, and for facts that are sent between tenants.
"""

import json
from typing import Any, Protocol
from uuid import UUID

from clais.encryption import Keyring

COLUMN = "sealed"
BLOCK = 64
"""Facts are padded to a multiple of this length, in bytes."""


class SealedRow(Protocol):
    """A row whose column `sealed` holds the result of `seal`."""

    __tablename__: str
    tenant_id: Any
    id: Any
    sealed: Any


def seal(keyring: Keyring, facts: object, *, table: str, tenant_id: UUID, row_id: UUID) -> bytes:
    """Encrypt facts (a JSON value) for one row; the result differs each time.

    Padding hides their length: « -2 » is longer than « 1 ».
    """
    text = json.dumps(facts, separators=(",", ":"))
    padded = text.ljust(-(-len(text) // BLOCK) * BLOCK)
    return keyring.encrypt(padded, table=table, column=COLUMN, tenant_id=tenant_id, row_id=row_id)


def unseal(keyring: Keyring, row: SealedRow) -> Any:
    """Decrypt the facts of a row. Raises `clais.encryption.DecryptionFailed` for other rows, keys and altered bytes."""
    return json.loads(
        keyring.decrypt(row.sealed, table=row.__tablename__, column=COLUMN, tenant_id=row.tenant_id, row_id=row.id)
    )
