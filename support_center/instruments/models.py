from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, Timestamped, Versioned, tenant_index, tenant_unique


# None of these has a foreign key to its version: no version is ever deleted, and a publication is everyone's.
class InstrumentDraft(Base, TenantOwned, Timestamped, Versioned):
    """What a version in preparation asks: the centre alone reads it, until it is sent to review."""

    __tablename__ = "instrument_draft"
    __table_args__ = (tenant_unique("instrument_version_id"),)

    instrument_version_id: Mapped[UUID]
    definition: Mapped[dict[str, Any]]
    """See `clais.instruments.schemas.DefinitionSchema`."""
    saved_by: Mapped[str] = mapped_column(String(120))
    authors: Mapped[list[Any]] = mapped_column(default=list)
    """The accounts that changed it, or sent it to review: somebody else publishes it."""


class InstrumentTrial(Base, TenantOwned, Timestamped):
    """Answers that the centre gave to try a version out. They go when it is published, and count nowhere."""

    __tablename__ = "instrument_trial"
    __table_args__ = (tenant_index("instrument_version_id", "created_at"),)

    instrument_version_id: Mapped[UUID]
    answers: Mapped[dict[str, Any]]
    given_by: Mapped[str] = mapped_column(String(120))


class InstrumentRemark(Base, TenantOwned, Timestamped):
    """A remark of a reader of a version in review, on one part or on the whole; settled or open."""

    __tablename__ = "instrument_remark"
    __table_args__ = (tenant_index("instrument_version_id", "created_at"),)

    instrument_version_id: Mapped[UUID]
    part: Mapped[str | None] = mapped_column(String(40))
    """The id of a section or an item."""
    text: Mapped[str] = mapped_column(String(1000))
    written_by: Mapped[str] = mapped_column(String(120))
    settled: Mapped[bool] = mapped_column(default=False)


class InstrumentReading(Base, TenantOwned):
    """A member has read what is in review. It goes when the version is taken back: what comes next is read anew."""

    __tablename__ = "instrument_reading"
    __table_args__ = (
        tenant_index("instrument_version_id", "membership_id", name="uq_instrument_reading_member", unique=True),
    )

    instrument_version_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    read_at: Mapped[datetime] = mapped_column(default=now)
