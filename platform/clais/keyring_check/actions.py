from clais.database import NIL, ScopedSession
from clais.encryption import Keyring
from clais.keyring_check.models import KeyringCheck
from clais.keyring_check.queries import PURPOSE, WORD
from clais.sealing import COLUMN


def seal_check(session: ScopedSession, keyring: Keyring) -> None:
    """Write the check value of this keyring. Raises IntegrityError when the database has one already."""
    sealed = keyring.encrypt(WORD, table=KeyringCheck.__tablename__, column=COLUMN, tenant_id=NIL, row_id=NIL)
    session.add(
        KeyringCheck(id=NIL, sealed=sealed, lookup_hash=keyring.lookup_hash(WORD, tenant_id=NIL, purpose=PURPOSE))
    )
    session.flush()
