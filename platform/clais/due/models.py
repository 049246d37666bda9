from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TableKind, new_id


class Due(Base):
    """A job has something to do for a tenant from a moment on. Rows are only added, so that no act waits for another.

    It tells of nobody: which job, where, when.
    """

    __tablename__ = "due"
    __table_args__ = (Index("ix_due_at", "at"), Index("ix_due_of_tenant", "job", "tenant_id", "at"))
    table_kind = TableKind.LOCAL

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    job: Mapped[str] = mapped_column(String(60))
    tenant_id: Mapped[UUID]
    """NIL for what has no tenant."""
    at: Mapped[datetime]
    """From when on it is due; a failure makes it later."""
    claimed_until: Mapped[datetime | None]
    """A worker has it until then; one that lives makes it later all the time."""
    failures: Mapped[int] = mapped_column(default=0)
    """How often the job has failed since it was due."""
    created_at: Mapped[datetime] = mapped_column(default=now)
