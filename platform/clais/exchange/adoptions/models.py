from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TableKind, TenantOwned, Timestamped, Versioned, tenant_unique


# No foreign keys: no version is ever deleted, and what the centre publishes is everyone's.
class InstrumentAdoption(Base, TenantOwned, Timestamped, Versioned):
    """Which version of an instrument a platform works with, or until when it asked to wait: one row for both.

    The centre that publishes the instrument reads it, and the platform alone writes it.
    """

    __tablename__ = "instrument_adoption"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("instrument_id"),
        Index("ix_instrument_adoption_received", "to_tenant_id", "instrument_id"),
    )

    to_tenant_id: Mapped[UUID]
    instrument_id: Mapped[UUID]
    instrument_version_id: Mapped[UUID | None]
    """The version in use; none while the platform has only asked for an exception."""
    number: Mapped[int | None] = mapped_column(SmallInteger)
    adopted_on: Mapped[date | None]
    adopted_by: Mapped[str | None] = mapped_column(String(120))
    exception_until: Mapped[date | None]
    """The last day on which the platform may go on with what it has."""
    exception_reason: Mapped[str | None] = mapped_column(String(500))
    files: Mapped[int | None]
    """Open files for which the instrument was filled in, as the platform counted them; the centre reads no more."""
    files_in_use: Mapped[int | None]
    """Of these, the files that were filled in last on the version in use."""
    files_open: Mapped[int | None]
    """Fillings that are under way."""
    counted_at: Mapped[datetime | None]
    local_parts: Mapped[int | None]
    """How many parts the platform changed or added; what they say stays with it."""
