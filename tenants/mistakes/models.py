from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index


class Mistake(Base, TenantOwned):
    """A file, or an entry in one, that was encoded by mistake: it is kept, and nothing reads it until it is restored.

    Of two who set the same aside at once the second is refused by its key.
    """

    __tablename__ = "mistake"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "set_aside_at"),
        tenant_index("state", "set_aside_at", "id"),
        tenant_index(
            "subject_id", name="uq_mistake_in_force", unique=True, postgresql_where=text("state = 'set_aside'")
        ),
        CheckConstraint("subject_type IN ('person', 'note', 'contact', 'intake')", name="subject_type"),
    )

    person_id: Mapped[UUID]
    """The file, or the one that the entry is in."""
    subject_type: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(20))
    because: Mapped[str] = mapped_column(String(300))
    set_aside_at: Mapped[datetime] = mapped_column(default=now)
    set_aside_by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12), default="set_aside")
    restored_at: Mapped[datetime | None]
    restored_by: Mapped[str | None] = mapped_column(String(120))
