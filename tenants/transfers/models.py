from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique


class CaseloadTransfer(Base, TenantOwned, Timestamped, Versioned):
    """Files of a member that changed hands at once: why, and until when."""

    __tablename__ = "caseload_transfer"
    __table_args__ = (
        belongs_to("membership", "from_membership_id"),
        tenant_index("from_membership_id", "created_at"),
        tenant_index("state", "ends_on"),
        CheckConstraint("reason IN ('departure', 'absence', 'working_days')", name="reason"),
    )

    from_membership_id: Mapped[UUID]
    from_name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(12))
    ends_on: Mapped[date | None]
    """The last day of an absence: afterwards everything is taken back."""
    stops_newcomers: Mapped[bool] = mapped_column(default=False)
    """Whether newcomers were given to the member until then: they are again when everything is taken back."""
    state: Mapped[str] = mapped_column(String(12), default="given")
    made_by: Mapped[str] = mapped_column(String(120))


class TransferredFile(Base, TenantOwned):
    """A file of a transfer: who follows it from then on, and how the person is told."""

    __tablename__ = "transferred_file"
    __table_args__ = (
        belongs_to("caseload_transfer", "transfer_id", ondelete="CASCADE"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("membership", "to_membership_id"),
        tenant_unique("transfer_id", "person_id"),
        tenant_index("person_id"),
        CheckConstraint("told IN ('mail', 'letter')", name="told"),
    )

    transfer_id: Mapped[UUID]
    person_id: Mapped[UUID]
    to_membership_id: Mapped[UUID]
    told: Mapped[str] = mapped_column(String(6))
    letter_sent_on: Mapped[date | None]
    taken_back_at: Mapped[datetime | None]


class TransferReceipt(Base, TenantOwned):
    """Who gave or received the files of a transfer said that it is done. Insert-only."""

    __tablename__ = "transfer_receipt"
    __table_args__ = (
        belongs_to("caseload_transfer", "transfer_id", ondelete="CASCADE"),
        belongs_to("membership", "membership_id"),
        tenant_unique("transfer_id", "membership_id"),
    )

    transfer_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    confirmed_at: Mapped[datetime] = mapped_column(default=now)
