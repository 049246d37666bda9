from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now, today
from clais.database import Base, TenantOwned, belongs_to, tenant_index, tenant_unique


class DeclaredFact(Base, TenantOwned):
    """What a person answered to a question of `clais.exchange.eligibility.choices.QUESTIONS`. Insert-only: the last
    answer counts; without one the question is to be asked anew.
    """

    __tablename__ = "declared_fact"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "code", "created_at"),
    )

    person_id: Mapped[UUID]
    code: Mapped[str] = mapped_column(String(40))
    answer: Mapped[bool | None]
    said_on: Mapped[date] = mapped_column(default=today)
    noted_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)


class SpottedPerson(Base, TenantOwned):
    """Someone of the platform who may fit a session that is announced: nobody outside of it reads who."""

    __tablename__ = "spotted_person"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_unique("scheme_session_id", "person_id"),
        tenant_index("person_id"),
    )

    person_id: Mapped[UUID]
    scheme_session_id: Mapped[UUID]
    missing: Mapped[list[Any]] = mapped_column(default=list)
    """The codes of the facts that are to be asked; none when all that is required is met."""
    found_on: Mapped[date] = mapped_column(default=today)
    set_aside_on: Mapped[date | None]
    """The day on which an agent said that it is nothing for them now."""
    set_aside_by: Mapped[str | None] = mapped_column(String(120))
