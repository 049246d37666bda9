from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index


class OwnTask(Base, TenantOwned, Timestamped, Versioned):
    """Something that a member wants to do by a day. On a file the agents read it; without one, its author alone.

    Row security opens a task without a file to the account of its author, and to nobody else of the platform.
    """

    __tablename__ = "own_task"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        tenant_index("person_id", "due_on"),
        tenant_index("due_on", name="ix_own_task_open", postgresql_where=text("done_at IS NULL")),
        tenant_index("done_by_id", "done_at"),
        CheckConstraint("person_id IS NOT NULL OR membership_id IS NOT NULL", name="whose"),
        CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name="done"),
    )

    person_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    """On whose day it is; none for a task on a file that is its referent's, whoever that is on the day."""
    user_id: Mapped[UUID]
    """The account of its author."""
    author_name: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None]
    """The membership of who did it."""
    done_by: Mapped[str | None] = mapped_column(String(120))
