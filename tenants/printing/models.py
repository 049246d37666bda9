from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, LargeBinary, String
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
        CheckConstraint(
            "kind IN ('summons', 'plan', 'contract', 'summary', 'cv', 'invitation', 'hand_over')", name="kind"
        ),
        CheckConstraint("made_at IS NULL OR (pdf_hash IS NOT NULL AND failed_at IS NULL)", name="made"),
    )

    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID | None]
    """The appointment, the plan or the contract that it is of; the joint printout that it was made with, which is gone
    a day later."""
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
    mailed_at: Mapped[datetime | None]
    """When the same was posted as a mail; none: it was given on paper."""
    ends_at: Mapped[datetime | None]
    """When what it says is erased; none: it is kept as long as the file."""
    withheld_at: Mapped[datetime | None]
    """Since when it says a text that is sealed elsewhere: who reads sensitive facts of the file opens it."""
    pdf_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """The SHA-256 hash of the PDF."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)


class JointPrintout(Base, TenantOwned):
    """A PDF about several people: their letters, one after the other, or the list of those who are expected on a day.

    It is for who asked alone. `sealed` has the texts until the worker has made the PDF of them, and the PDF from then
    on; the row is erased at `ends_at`. The letter of each person is a printout of their file, and is kept.
    """

    __tablename__ = "joint_printout"
    __table_args__ = (
        belongs_to("membership", "membership_id"),
        tenant_index("membership_id", "asked_at"),
        tenant_index("ends_at"),
        CheckConstraint("kind IN ('invitation', 'hand_over', 'presence')", name="kind"),
    )

    kind: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID | None]
    """The hand-over of a caseload that its letters are about."""
    template_version: Mapped[str] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(2))
    membership_id: Mapped[UUID]
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(default=now)
    total: Mapped[int] = mapped_column(BigInteger)
    """How many people it is about, those who got a mail instead included."""
    made_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    ends_at: Mapped[datetime]
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
