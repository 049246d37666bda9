from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, String, Uuid, text
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import NIL, Base, TenantOwned, tenant_index, tenant_unique
from clais.database.transactions import CURRENT, TransactionId

LISTED = "people.listed"
"""The verb of the record of a list or a search that showed names."""
IS_LISTED = f"verb = '{LISTED}'"
"""The condition in SQL, literal as in the index of the lists: with a parameter the planner could not use it."""


class AuditEvent(Base, TenantOwned):
    """Who did or read what, when. Append-only: the application role can insert and read, nothing else."""

    __tablename__ = "audit_event"
    __table_args__ = (
        tenant_index("person_id", "happened_at"),
        tenant_index("membership_id", "happened_at"),
        tenant_index("happened_at"),
        # Events about someone without a file: few rows, found by their subject.
        tenant_index(
            "subject_id", "happened_at", name="ix_audit_event_of_nobody", postgresql_where="person_id IS NULL"
        ),
        # In this order the sealer takes them, and the verifier counts them.
        tenant_index("transaction_id", "id", name="ix_audit_event_sealing"),
        # The lists alone. An index of the people in them would not be used: row security lets an index answer equality
        # and ranges only.
        tenant_index("happened_at", name="ix_audit_event_lists", postgresql_where=IS_LISTED),
    )
    # What the database fills in is not read back after each insert.
    __mapper_args__ = {"eager_defaults": False}

    happened_at: Mapped[datetime] = mapped_column(default=now)
    user_id: Mapped[UUID] = mapped_column(default=NIL)
    membership_id: Mapped[UUID] = mapped_column(default=NIL)
    actor_name: Mapped[str] = mapped_column(String(120))
    verb: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[UUID]
    person_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    request_id: Mapped[str | None] = mapped_column(String(36))
    listed: Mapped[list[UUID] | None] = mapped_column(ARRAY(Uuid()))
    """The people whose names a list or a search showed, by the keys under which they are known here."""
    transaction_id: Mapped[int] = mapped_column(TransactionId(), server_default=text(CURRENT), deferred=True)
    """The transaction that wrote the row: once all those before it are over, the row is sealed."""


class AuditSeal(Base, TenantOwned):
    """A seal over the next records of a tenant, chained to the seal before it. Append-only, as what it covers."""

    __tablename__ = "audit_seal"
    __table_args__ = (tenant_unique("number"),)

    number: Mapped[int]
    """1, 2, 3… in a tenant: of two who seal at once the second is refused."""
    era: Mapped[int]
    """How often the numbers of transactions began anew, as when a backup is put back on another server."""
    transaction_id: Mapped[int] = mapped_column(TransactionId())
    """With `last_id`: all records up to here are covered by this seal or an earlier one."""
    last_id: Mapped[UUID]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    key_id: Mapped[str] = mapped_column(String(32))
    """Which key of the installation made it."""
    links: Mapped[bytes]
    """For each record: 16 bytes of its id, 16 bytes of a keyed hash (HMAC-SHA256) over all its columns."""
    digest: Mapped[bytes]
    """A keyed hash (HMAC-SHA256) over this seal and the digest of the one before it."""
    sealed_at: Mapped[datetime] = mapped_column(default=now)
