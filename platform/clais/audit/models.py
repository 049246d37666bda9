from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import NIL, Base, TenantOwned, tenant_index


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
    )

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
