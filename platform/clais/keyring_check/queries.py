import hmac

from sqlalchemy import Connection, select

from clais.database import NIL, ScopedSession
from clais.encryption import DecryptionFailed, Keyring
from clais.keyring_check.models import KeyringCheck
from clais.sealing import COLUMN

WORD = "clais"
"""What the check value says."""
PURPOSE = "keyring_check"


def opens_check(database: ScopedSession | Connection, keyring: Keyring) -> bool | None:
    """Whether a keyring is the one that wrote the check value; None when there is no check value."""
    row = database.execute(select(KeyringCheck.sealed, KeyringCheck.lookup_hash)).one_or_none()
    if row is None:
        return None
    try:
        word = keyring.decrypt(row.sealed, table=KeyringCheck.__tablename__, column=COLUMN, tenant_id=NIL, row_id=NIL)
    except DecryptionFailed:
        return False
    return word == WORD and hmac.compare_digest(
        row.lookup_hash, keyring.lookup_hash(WORD, tenant_id=NIL, purpose=PURPOSE)
    )


def has_check(database: ScopedSession | Connection) -> bool:
    """Whether the database has a check value: a keyring was used beside it."""
    return database.execute(select(KeyringCheck.id)).one_or_none() is not None
