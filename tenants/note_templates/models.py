from sqlalchemy import CheckConstraint, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TenantOwned, Timestamped, Versioned, tenant_unique


class NoteTemplate(Base, TenantOwned, Timestamped, Versioned):
    """A short text that members of a platform begin a note, a contact or a letter with, and what it sets beside it."""

    __tablename__ = "note_template"
    __table_args__ = (
        tenant_unique("form", "label"),
        CheckConstraint("form IN ('note', 'contact', 'letter')", name="form"),
        CheckConstraint("theme NOT IN ('health', 'justice')", name="theme"),
    )

    form: Mapped[str] = mapped_column(String(12))
    label: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(String(1000))
    note_class: Mapped[str | None] = mapped_column(String(12))
    channel: Mapped[str | None] = mapped_column(String(20))
    theme: Mapped[str | None] = mapped_column(String(20))
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
