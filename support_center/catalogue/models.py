from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, tenant_unique


class WebsiteCheck(Base, TenantOwned):
    """What a website of the catalogue answered last. Only the centre reads it."""

    __tablename__ = "website_check"
    __table_args__ = (tenant_unique("website"),)

    website: Mapped[str] = mapped_column(String(300))
    outcome: Mapped[str] = mapped_column(String(20))
    """See `support_center.catalogue.websites.check`."""
    checked_at: Mapped[datetime]
    failing_since: Mapped[datetime | None]
    """Since when each answer was a failure; None after one that was not."""
