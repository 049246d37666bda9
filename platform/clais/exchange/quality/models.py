from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TableKind, TenantOwned, Timestamped, Versioned, tenant_index, tenant_unique


# No row here has a foreign key to what another tenant owns, and none has the key of a person.
class QualityRequest(Base, TenantOwned, Timestamped, Versioned):
    """The supervisor asks one platform for some files, drawn by chance, on a theme. The centre alone writes it."""

    __tablename__ = "quality_request"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_index("asked_at"),
        Index("ix_quality_request_received", "to_tenant_id", "state", "answer_by"),
        CheckConstraint("files BETWEEN 1 AND 10", name="files"),
        CheckConstraint("last_on >= first_on", name="period"),
    )

    to_tenant_id: Mapped[UUID]
    theme: Mapped[str] = mapped_column(String(12))
    first_on: Mapped[date]
    last_on: Mapped[date]
    files: Mapped[int] = mapped_column(SmallInteger)
    reason: Mapped[str] = mapped_column(String(500))
    answer_by: Mapped[date]
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    state: Mapped[str] = mapped_column(String(12), default="asked")


class QualityReply(Base, TenantOwned, Timestamped, Versioned):
    """Where a platform stands with a request of its centre: how many files it drew, never which. It alone writes it."""

    __tablename__ = "quality_reply"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("quality_request_id"),
        Index("ix_quality_reply_received", "to_tenant_id", "quality_request_id"),
    )

    to_tenant_id: Mapped[UUID]
    quality_request_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12), default="received")
    drawn: Mapped[int] = mapped_column(SmallInteger, default=0)
    redraws: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many files were drawn again: the centre sees how often, and not why."""
    refusal: Mapped[str | None] = mapped_column(String(500))
    drawn_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]


class QualitySummary(Base, TenantOwned):
    """What a platform tells of a drawn file: four texts without a name, a letter and some figures. Never changed."""

    __tablename__ = "quality_summary"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("quality_request_id", "letter"),
        tenant_index("sent_at"),
        Index("ix_quality_summary_received", "to_tenant_id", "quality_request_id"),
    )

    to_tenant_id: Mapped[UUID]
    quality_request_id: Mapped[UUID]
    letter: Mapped[str] = mapped_column(String(2))
    age_band: Mapped[str | None] = mapped_column(String(12))
    contacts: Mapped[int] = mapped_column(SmallInteger)
    days_to_first: Mapped[int | None] = mapped_column(SmallInteger)
    """From the registration to the first appointment; none when there was none."""
    asked: Mapped[str] = mapped_column(String(800))
    done: Mapped[str] = mapped_column(String(800))
    hard: Mapped[str] = mapped_column(String(800))
    otherwise: Mapped[str] = mapped_column(String(800))
    sent_at: Mapped[datetime] = mapped_column(default=now)
