from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import NIL, Base, TenantOwned, Versioned, belongs_to, tenant_index, tenant_unique


class Draft(Base, TenantOwned, Versioned):
    """What a member is typing in a form of a file, and has not saved yet: one a member, file, form and subject.

    Row security opens it to the account of its author, and to nobody else of the platform. Once its time is over the
    worker, which has no account, finds it to erase it.
    """

    __tablename__ = "draft"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_unique("person_id", "membership_id", "form", "subject_id"),
        tenant_index("ends_at"),
        CheckConstraint("form IN ('note', 'contact', 'note_edit', 'contact_edit')", name="form"),
    )

    person_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    user_id: Mapped[UUID]
    """The account of its author."""
    form: Mapped[str] = mapped_column(String(12))
    subject_id: Mapped[UUID] = mapped_column(default=NIL, server_default=str(NIL))
    """The note or the contact that is being corrected; nobody's key for a new one."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """The fields of the form by name, as they were typed."""
    kept_at: Mapped[datetime]
    ends_at: Mapped[datetime]
