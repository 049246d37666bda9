from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index


class ObstacleChange(Base, TenantOwned):
    """What was learnt of an obstacle between two bilans: that there is one, how much it hinders now, that it is lifted.

    Bilans say the rest of its history. Nothing about health or justice stands here: see `tenants.sensitive`.
    """

    __tablename__ = "obstacle_change"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "seen_on"),
        CheckConstraint("level BETWEEN -3 AND 0", name="level"),
        CheckConstraint("(level = 0) = (lifted_how IS NOT NULL)", name="lifted"),
        CheckConstraint("dimension NOT IN ('health', 'justice')", name="dimension"),
    )

    person_id: Mapped[UUID]
    dimension: Mapped[str] = mapped_column(String(20))
    seen_on: Mapped[date]
    level: Mapped[int] = mapped_column(SmallInteger)
    """As in a bilan, from -3 (blocks everything) to -1; 0: lifted."""
    source: Mapped[str] = mapped_column(String(10))
    """How it was learnt, one of the codes of `SOURCES`."""
    noticed_by: Mapped[str | None] = mapped_column(String(10))
    lifted_how: Mapped[str | None] = mapped_column(String(10))
    """How it was lifted, one of the codes of `LIFTED_HOW`."""
    note: Mapped[str | None] = mapped_column(String(500))
    noted_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)
