from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now, today
from clais.database import Base, LeftOut, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class InformationRequest(Base, TenantOwned):
    """An anonymous demande d'information: counted, no file, nothing that names anyone."""

    __tablename__ = "information_request"
    __table_args__ = (tenant_index("received_on"),)

    received_on: Mapped[date] = mapped_column(default=today)
    channel: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str] = mapped_column(String(30))
    sex: Mapped[str | None] = mapped_column(String(10))
    age_band: Mapped[str | None] = mapped_column(String(12))
    postal_code: Mapped[str | None] = mapped_column(String(4))
    answer: Mapped[str] = mapped_column(String(30))
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    recorded_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Intake(Base, TenantOwned, Timestamped, Versioned, LeftOut):
    """One reception of a person: how they came, what they ask, what cannot wait."""

    __tablename__ = "intake"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "received_on"),
        tenant_index("received_on"),
    )

    person_id: Mapped[UUID]
    received_on: Mapped[date] = mapped_column(default=today)
    channel: Mapped[str] = mapped_column(String(20))
    sent_by: Mapped[str | None] = mapped_column(String(120))
    request: Mapped[str] = mapped_column(String(1000), default="")
    request_kinds: Mapped[list[Any]] = mapped_column(default=list)
    urgent_needs: Mapped[list[Any]] = mapped_column(default=list)
    urgent_note: Mapped[str | None] = mapped_column(String(500))
    received_by: Mapped[str] = mapped_column(String(120))
    filling_id: Mapped[UUID | None]
    """What was asked, and the answers to questions that are no column here; none: the first version of the house."""
