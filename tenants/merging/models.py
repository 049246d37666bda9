from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index, tenant_unique


class FileMerge(Base, TenantOwned):
    """Two files that became one: which is kept, which went into it, and what takes the merge back.

    Of two who merge a file at once the second is refused by its key.
    """

    __tablename__ = "file_merge"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("person", "merged_id", ondelete="CASCADE"),
        tenant_index("person_id", "merged_at"),
        tenant_index(
            "merged_id", name="uq_file_merge_in_force", unique=True, postgresql_where=text("undone_at IS NULL")
        ),
        tenant_index("undo_until", name="ix_file_merge_undoable", postgresql_where=text("moved IS NOT NULL")),
    )

    person_id: Mapped[UUID]
    """The file that is kept."""
    merged_id: Mapped[UUID]
    merged_reference: Mapped[str] = mapped_column(String(20))
    """The number of the file that went into the other one."""
    merged_at: Mapped[datetime] = mapped_column(default=now)
    merged_by: Mapped[str] = mapped_column(String(120))
    undo_until: Mapped[date]
    """The last day on which it can be taken back."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(120))
    gathered: Mapped[bool] = mapped_column(default=False)
    """Whether what a colleague wrote in the other file at that moment was looked for."""
    moved: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Table and column → the keys of the rows that went over; none once it cannot be taken back any more."""
    sealed: Mapped[bytes | None]
    """Fact of the kept card → what it was, and what it became."""


class ProbableDuplicate(Base, TenantOwned):
    """Two files that look like one person's, as their cards were when they were last compared.

    Why they look alike is not kept: the page compares the two cards anew.
    """

    __tablename__ = "probable_duplicate"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("person", "other_id", ondelete="CASCADE"),
        tenant_unique("person_id", "other_id"),
        tenant_index("other_id"),
        tenant_index("strength", "id"),
    )

    person_id: Mapped[UUID]
    """The older one of the two files."""
    other_id: Mapped[UUID]
    strength: Mapped[int] = mapped_column(SmallInteger)
    """How sure it is, the surest first: 0 almost certain, 1 probable."""
    found_at: Mapped[datetime] = mapped_column(default=now)
