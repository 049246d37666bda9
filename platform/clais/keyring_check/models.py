from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import NIL, Base, TableKind


class KeyringCheck(Base):
    """One row, written at the first start: only the keyring that wrote it opens it. It tells of nobody."""

    __tablename__ = "keyring_check"
    table_kind = TableKind.LOCAL

    id: Mapped[UUID] = mapped_column(primary_key=True, default=NIL)
    """The same for every row, so that there is one only."""
    sealed: Mapped[bytes]
    """A known word, encrypted."""
    lookup_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    """The keyed hash of that word, since the key of hashes may be wrong alone."""
    created_at: Mapped[datetime] = mapped_column(default=now)
