from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, String, column, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import today
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique


class WorkingPattern(Base, TenantOwned, Timestamped, Versioned):
    """When a member works, how many files they follow at most, and whom they receive best."""

    __tablename__ = "working_pattern"
    __table_args__ = (
        belongs_to("membership", "membership_id"),
        tenant_unique("membership_id"),
        CheckConstraint("ceiling BETWEEN 1 AND 500", name="ceiling"),
    )

    membership_id: Mapped[UUID]
    half_days: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of the half-days at work; none: every working day."""
    ceiling: Mapped[int | None] = mapped_column(SmallInteger)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of the languages in which they receive someone, beside French."""
    request_kinds: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of the requests that they are named for; none: any."""
    takes_newcomers: Mapped[bool] = mapped_column(default=True)


class Absence(Base, TenantOwned, Timestamped, Versioned):
    """Days on which a member is not at work. Never why they are ill. Two of one member do not overlap."""

    __tablename__ = "absence"
    __table_args__ = (
        belongs_to("membership", "membership_id"),
        tenant_index("ends_on"),
        CheckConstraint("ends_on >= starts_on", name="order"),
        ExcludeConstraint(
            (column("tenant_id"), "="),
            (column("membership_id"), "="),
            (text("daterange(starts_on, ends_on, '[]')"), "&&"),
            name="ex_absence_overlap",
        ),
    )

    membership_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    noted_by: Mapped[str] = mapped_column(String(120))


class ReferentWish(Base, TenantOwned):
    """Whom a person asks for as their referent, or no longer wants."""

    __tablename__ = "referent_wish"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("membership", "membership_id"),
        tenant_unique("person_id", "membership_id"),
        CheckConstraint("wish IN ('asked', 'not_again')", name="wish"),
    )

    person_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    wish: Mapped[str] = mapped_column(String(10))
    noted_by: Mapped[str] = mapped_column(String(120))
    noted_on: Mapped[date] = mapped_column(default=today)
