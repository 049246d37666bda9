from datetime import date
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, belongs_to, tenant_index, tenant_unique


class Postponed(Base, TenantOwned):
    """Something that a member does not want on their day before a day that they chose."""

    __tablename__ = "postponed"
    __table_args__ = (
        belongs_to("membership", "membership_id"),
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_unique("membership_id", "source", "subject"),
        tenant_index("person_id"),
    )

    membership_id: Mapped[UUID]
    source: Mapped[str] = mapped_column(String(40))
    """The name of the source of the day that it comes from."""
    subject: Mapped[str] = mapped_column(String(120))
    """What waits, as its source names it: keys and moments, never words."""
    person_id: Mapped[UUID | None]
    until: Mapped[date]
    """The day on which it comes back."""
