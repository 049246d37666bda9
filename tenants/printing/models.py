from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index


class Printout(Base, TenantOwned):
    """A text about a person that is given on paper: what it said, with the version of its template and its hash.

    `sealed` has the text until the worker has made the PDF of it, and the PDF from then on, until `ends_at`.
    """

    __tablename__ = "printout"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("membership", "membership_id"),
        tenant_index("person_id", "asked_at"),
        tenant_index("subject_id"),
        tenant_index("ends_at"),
        CheckConstraint("kind IN ('summons', 'plan', 'contract', 'summary')", name="kind"),
        CheckConstraint("made_at IS NULL OR (pdf_hash IS NOT NULL AND failed_at IS NULL)", name="made"),
    )

    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID | None]
    """The appointment, the plan or the contract that it is of."""
    template_version: Mapped[str] = mapped_column(String(12))
    """The first digits of the SHA-256 hash of all that the template consists of."""
    language: Mapped[str] = mapped_column(String(2))
    membership_id: Mapped[UUID]
    asked_by: Mapped[str] = mapped_column(String(120))
    """Who printed it, by the name of that day."""
    asked_at: Mapped[datetime] = mapped_column(default=now)
    """When that was."""
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    """When the worker gave it up."""
    ends_at: Mapped[datetime | None]
    """When what it says is erased; none: it is kept as long as the file."""
    pdf_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The SHA-256 hash of the PDF."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
