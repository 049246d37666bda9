from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index, tenant_unique


class FileArrival(Base, TenantOwned):
    """Where a file came from: the transfer by which this platform took it over. What was shared stays in the parcel."""

    __tablename__ = "file_arrival"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_unique("person_id", "referral_id"),
        tenant_index("referral_id"),
    )

    person_id: Mapped[UUID]
    referral_id: Mapped[UUID]
    from_tenant_id: Mapped[UUID]
    from_name: Mapped[str] = mapped_column(String(120))
    reference: Mapped[str] = mapped_column(String(20))
    taken_by: Mapped[str] = mapped_column(String(120))
    taken_at: Mapped[datetime] = mapped_column(default=now)
