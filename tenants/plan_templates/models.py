from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, tenant_unique


class PlanTemplate(Base, TenantOwned, Timestamped, Versioned):
    """Objectives and steps that members of a platform begin a plan with; what is written with it stays as it is."""

    __tablename__ = "plan_template"
    __table_args__ = (tenant_unique("label"),)

    label: Mapped[str] = mapped_column(String(60))
    goal: Mapped[str | None] = mapped_column(String(300))
    dimension: Mapped[str | None] = mapped_column(String(20))
    """The dimension that its objectives are about: it is proposed first to whom that hinders."""
    steps: Mapped[list[Any]] = mapped_column(default=list)
    """Rows of {objective, step, who, days}: several steps of one objective follow each other."""
