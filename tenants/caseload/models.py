from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index, tenant_unique


class SavedView(Base, TenantOwned):
    """A way to look at the list of files that a member keeps under a name, for themselves or for the whole team."""

    __tablename__ = "saved_view"
    __table_args__ = (belongs_to("membership", "membership_id"), tenant_unique("membership_id", "label"))

    membership_id: Mapped[UUID]
    label: Mapped[str] = mapped_column(String(40))
    is_shared: Mapped[bool] = mapped_column(default=False)
    arguments: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The arguments of the list's address: filters, order, columns. None names anybody."""
    created_at: Mapped[datetime] = mapped_column(default=now)


class ListExport(Base, TenantOwned):
    """A list of files that is too long to be written while its reader waits: the worker writes it, part by part.

    `made_at` says when it was whole; then `sealed` holds the file, until it is forgotten.
    """

    __tablename__ = "list_export"
    __table_args__ = (
        belongs_to("membership", "membership_id"),
        tenant_index("membership_id", "asked_at"),
        tenant_index("ends_at"),
        CheckConstraint("kind IN ('xlsx', 'csv')", name="kind"),
    )

    membership_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(4))
    language: Mapped[str] = mapped_column(String(2))
    wanted: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What was asked for: the filters and the order of the list, and the columns, by their names."""
    total: Mapped[int] = mapped_column(BigInteger)
    """How many files there were when it was asked for."""
    done: Mapped[int] = mapped_column(BigInteger, default=0)
    asked_at: Mapped[datetime] = mapped_column(default=now)
    made_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class ListExportPart(Base, TenantOwned):
    """Some rows of an export that is being written, sealed, and where the next ones begin."""

    __tablename__ = "list_export_part"
    __table_args__ = (
        belongs_to("list_export", "export_id", ondelete="CASCADE"),
        tenant_unique("export_id", "number"),
    )

    export_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
