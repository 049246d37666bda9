from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique


class QualityDraw(Base, TenantOwned, Timestamped, Versioned):
    """A file that was drawn by chance for a request of the centre, how, and its summary until it is sent.

    It never leaves the platform. A file that another one was drawn for stays here, with the reason.
    """

    __tablename__ = "quality_draw"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_unique("quality_request_id", "person_id"),
        tenant_index("person_id", "drawn_at"),
        tenant_index("drawn_at"),
    )

    person_id: Mapped[UUID]
    quality_request_id: Mapped[UUID]
    theme: Mapped[str] = mapped_column(String(12))
    letter: Mapped[str] = mapped_column(String(2))
    seed: Mapped[str] = mapped_column(String(32))
    """What the draw was made with: with the eligible files in the order of their keys, it gives the same again."""
    eligible: Mapped[int] = mapped_column(BigInteger)
    drawn_at: Mapped[datetime] = mapped_column(default=now)
    drawn_by: Mapped[str] = mapped_column(String(120))
    replaced_at: Mapped[datetime | None]
    replaced_because: Mapped[str | None] = mapped_column(String(500))
    asked: Mapped[str | None] = mapped_column(String(800))
    done: Mapped[str | None] = mapped_column(String(800))
    hard: Mapped[str | None] = mapped_column(String(800))
    otherwise: Mapped[str | None] = mapped_column(String(800))

    @property
    def is_written(self) -> bool:
        """Whether all four texts are there."""
        return all((self.asked, self.done, self.hard, self.otherwise))
