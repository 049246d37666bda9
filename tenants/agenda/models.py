from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class Appointment(Base, TenantOwned, Timestamped, Versioned):
    """A meeting of an agent with a person."""

    __tablename__ = "appointment"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("membership", "agent_id"),
        tenant_index("agent_id", "starts_at"),
        tenant_index("person_id", "starts_at"),
        tenant_index("starts_at"),
        CheckConstraint("minutes BETWEEN 5 AND 480", name="minutes"),
    )

    person_id: Mapped[UUID]
    agent_id: Mapped[UUID]
    agent_name: Mapped[str] = mapped_column(String(120))
    starts_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(SmallInteger, default=45)
    purpose: Mapped[str] = mapped_column(String(20))
    place: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12), default="planned")
    note: Mapped[str | None] = mapped_column(String(500))
    note_withheld_at: Mapped[datetime | None]
    """Since when the note is sealed (`tenants.sensitive.withholding`); none: it stands here."""
    arrived_at: Mapped[datetime | None]
    """Since when the person is there, before the hour or after, as the desk noted it."""
