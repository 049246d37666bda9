from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, tenant_index


# No foreign key to the instrument: what the centre publishes is everyone's, and nothing of it is ever deleted.
class InstrumentLayer(Base, TenantOwned):
    """What a platform changes in an instrument, see `rules.local`: the newest row is in force. It is never changed, as
    fillings keep the one that they were begun with.
    """

    __tablename__ = "instrument_layer"
    __table_args__ = (tenant_index("instrument_id", "made_at"),)

    instrument_id: Mapped[UUID]
    layer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    made_by: Mapped[str] = mapped_column(String(120))
    made_at: Mapped[datetime] = mapped_column(default=now)
