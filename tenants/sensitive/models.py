from datetime import date, datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index


class SensitiveFact(Base, TenantOwned):
    """Something of articles 9 and 10 of the GDPR that the work with a person needs. It is never changed.

    What it is, the text, why it is kept and what the person was told are sealed together.
    """

    __tablename__ = "sensitive_fact"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "noted_at"),
        tenant_index("keep_until"),
    )

    person_id: Mapped[UUID]
    author_id: Mapped[UUID]
    noted_by: Mapped[str] = mapped_column(String(120))
    noted_at: Mapped[datetime] = mapped_column(default=now)
    keep_until: Mapped[date]
    """The last day on which it is kept."""
    subject: Mapped[str | None] = mapped_column(String(32))
    """The table and column whose text it is; none: a fact of its own."""
    subject_id: Mapped[UUID | None]
    """The row of that text."""
    sealed: Mapped[bytes]


class SensitiveOpening(Base, TenantOwned):
    """Someone who does not follow a file opened its sensitive facts, with a reason, for an hour. Insert-only.

    The reason is sealed: it may say of someone what the facts say.
    """

    __tablename__ = "sensitive_opening"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "opened_at"),
    )

    person_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    opened_by: Mapped[str] = mapped_column(String(120))
    sealed: Mapped[bytes]
    opened_at: Mapped[datetime] = mapped_column(default=now)
    open_until: Mapped[datetime]
