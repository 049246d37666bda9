from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class ClockPause(Base, TenantOwned, Timestamped, Versioned):
    """Days on which no delay runs for a person, for a coded reason: what was due from then on is put off as long."""

    __tablename__ = "clock_pause"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "starts_on"),
        CheckConstraint("until_on >= starts_on", name="period"),
    )

    person_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    until_on: Mapped[date]
    """The last day on which nothing runs."""
    noted_by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12), default="noted")
    moved: Mapped[list[Any]] = mapped_column(default=list)
    """What was put off: rows of {clock, key, was, now}, keys and days alone."""
