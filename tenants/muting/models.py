from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class FileMuting(Base, TenantOwned, Timestamped, Versioned):
    """That nobody has to hear of a person until a day, for a coded reason. The card has the same days, for its lists.

    It ends by itself on its day, or when something happens in the file, and then nothing is written here.
    """

    __tablename__ = "file_muting"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "starts_on"),
        tenant_index("state", "until_on"),
        CheckConstraint("until_on >= starts_on", name="period"),
    )

    person_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    until_on: Mapped[date]
    """The last day on which nobody has to hear of the person."""
    noted_by: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(12), default="noted")
    ended_on: Mapped[date | None]
    """The day of the click that ended it before its time."""
    ended_by: Mapped[str | None] = mapped_column(String(120))
