from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, belongs_to, tenant_index, tenant_unique


class Tag(Base, TenantOwned):
    """A word by which a platform sorts its files, such as « permis B »; each exists once, however it is written."""

    __tablename__ = "tag"
    __table_args__ = (tenant_unique("key"),)

    label: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(40, collation="C"))
    """The label as it is compared: without capitals, accents and signs."""
    made_at: Mapped[datetime] = mapped_column(default=now)


class PersonTag(Base, TenantOwned):
    """A tag on a file."""

    __tablename__ = "person_tag"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("tag", "tag_id", ondelete="CASCADE"),
        tenant_unique("person_id", "tag_id"),
        tenant_index("tag_id", "person_id"),
    )

    person_id: Mapped[UUID]
    tag_id: Mapped[UUID]
    put_by: Mapped[str] = mapped_column(String(120))
    put_at: Mapped[datetime] = mapped_column(default=now)
