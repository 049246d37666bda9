from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, tenant_unique


# No foreign key to its scheme: a publication is everyone's, and no scheme is ever deleted.
class EligibilityDraft(Base, TenantOwned, Timestamped, Versioned):
    """The conditions of a scheme in preparation: the centre alone reads them, until they are published or given up."""

    __tablename__ = "eligibility_draft"
    __table_args__ = (tenant_unique("scheme_id"),)

    scheme_id: Mapped[UUID]
    rules: Mapped[list[Any]]
    """See `clais.exchange.eligibility.schemas.StoredRule`."""
    saved_by: Mapped[str] = mapped_column(String(120))
