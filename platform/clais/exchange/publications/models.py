from datetime import date, time
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TableKind, Timestamped, Versioned, new_id


class Publication:
    """What a support centre publishes to its basin: every tenant of it reads, only the owner writes."""

    table_kind: ClassVar[TableKind] = TableKind.PUBLICATION

    owner_tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)
    basin_id: Mapped[UUID] = mapped_column(sort_order=-9)


class Scheme(Base, Publication, Timestamped, Versioned):
    """A scheme (dispositif) of the basin: who runs it, for whom, what it asks to know."""

    __tablename__ = "scheme"
    __table_args__ = (Index(None, "basin_id", "state", "name"),)

    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    operator: Mapped[str] = mapped_column(String(120))
    audience: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(String(2000))
    required_fields: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of `clais.exchange.referrals.parcels.FIELDS` that a referral to this scheme must carry."""
    state: Mapped[str] = mapped_column(String(12), default="open")


class SchemeSession(Base, Publication, Timestamped, Versioned):
    """One session of a scheme: dates, place, seats. `seats_taken` is moved by its owner only, never past `seats`."""

    __tablename__ = "scheme_session"
    __table_args__ = (
        ForeignKeyConstraint(["owner_tenant_id", "scheme_id"], ["scheme.owner_tenant_id", "scheme.id"]),
        Index(None, "owner_tenant_id", "scheme_id", "starts_on"),
        Index(None, "basin_id", "starts_on"),
        CheckConstraint("seats_taken BETWEEN 0 AND seats", name="seats"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
    )

    scheme_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closes_on: Mapped[date]
    starts_at: Mapped[time | None]
    place: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str | None] = mapped_column(String(4))
    seats: Mapped[int] = mapped_column(SmallInteger)
    seats_taken: Mapped[int] = mapped_column(SmallInteger, default=0)
    note: Mapped[str | None] = mapped_column(String(500))
