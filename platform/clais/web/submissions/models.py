from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, tenant_index


class Submission(Base, TenantOwned):
    """A submitted form: `id` is the key of the blank form, so that sending it twice saves it once."""

    __tablename__ = "submission"
    __table_args__ = (tenant_index("created_at"),)

    membership_id: Mapped[UUID]
    location: Mapped[str] = mapped_column(String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
