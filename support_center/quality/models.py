from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_unique


class QualityNote(Base, TenantOwned, Timestamped, Versioned):
    """What the supervisor wants to talk about with a platform, of a request. Its centre alone reads it."""

    __tablename__ = "quality_note"
    __table_args__ = (
        tenant_unique("quality_request_id"),
        belongs_to("quality_request", "quality_request_id"),
    )

    quality_request_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(String(2000))
