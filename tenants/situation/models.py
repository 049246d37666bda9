from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class Episode(Base, TenantOwned, Timestamped, Versioned):
    """A stretch of work, training or another activity in the life of a person. Episodes may overlap."""

    __tablename__ = "episode"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "since"),
        CheckConstraint("until IS NULL OR until >= since", name="order"),
    )

    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(14))
    title: Mapped[str] = mapped_column(String(160))
    """What it was, in the words of a CV."""
    occupation_scheme: Mapped[str | None] = mapped_column(String(12))
    occupation_code: Mapped[str | None] = mapped_column(String(8))
    occupation_label: Mapped[str | None] = mapped_column(String(250))
    organisation: Mapped[str | None] = mapped_column(String(120))
    place: Mapped[str | None] = mapped_column(String(80))
    contract: Mapped[str | None] = mapped_column(String(14))
    weekly_hours: Mapped[int | None] = mapped_column(SmallInteger)
    since: Mapped[date]
    until: Mapped[date | None]
    """None while it lasts."""
    detail: Mapped[str | None] = mapped_column(String(500))
