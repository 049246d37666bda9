from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique


class Paper(Base, TenantOwned, Timestamped, Versioned):
    """A document of a person: asked for, received, answered, or signed elsewhere. What it consists of is `PaperFile`.

    The library of the basin has documents of another kind: `practice_document`.
    """

    __tablename__ = "paper"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("paper", "replaces_id"),
        tenant_index("person_id", "changed_at"),
        tenant_index("replaces_id"),
        CheckConstraint("expires_on IS NULL OR issued_on IS NULL OR expires_on >= issued_on", name="expires_on"),
    )

    person_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str | None] = mapped_column(String(120))
    """What the agent calls it beside its kind."""
    state: Mapped[str] = mapped_column(String(12), default="asked")
    changed_at: Mapped[datetime] = mapped_column(default=now)
    """When it was asked for, received, answered last."""
    changed_by: Mapped[str] = mapped_column(String(120))
    """Who did that, by the name of that day."""
    why: Mapped[str | None] = mapped_column(String(200))
    """What it is asked for."""
    asked_on: Mapped[date | None]
    """When the person was asked for it; none when they brought it unasked."""
    wanted_by: Mapped[date | None]
    """Until when it is awaited."""
    received_at: Mapped[datetime | None]
    """When its files came."""
    issued_on: Mapped[date | None]
    """The day on which it was made, as it says itself."""
    expires_on: Mapped[date | None]
    """Its last day, as it says itself."""
    original_seen: Mapped[bool] = mapped_column(default=False)
    """Whether who accepted it saw the original."""
    reason: Mapped[str | None] = mapped_column(String(12))
    """Why it was refused, one of the codes of `REASONS`."""
    signed_on: Mapped[date | None]
    """When it was signed elsewhere."""
    signed_how: Mapped[str | None] = mapped_column(String(12))
    """How, one of the codes of `SIGNED_HOW`."""
    signed_by: Mapped[str | None] = mapped_column(String(120))
    """Who signed it, in words."""
    link_opened_at: Mapped[datetime | None]
    """When the person last opened the link by which they are asked for it."""
    pieces: Mapped[int] = mapped_column(SmallInteger, default=0)
    """How many files it consists of."""
    withheld_at: Mapped[datetime | None]
    """Since when it may say a text of a plan that is sealed: it is as sensitive as that text."""
    replaces_id: Mapped[UUID | None]
    """The refused or expiring one in whose place it is asked for."""


class PaperLink(Base, TenantOwned):
    """A one-time link by which someone without an account sends a document that is awaited; only its hash is kept.

    A document has one at most; it is deleted when it was used.
    """

    __tablename__ = "paper_link"
    __table_args__ = (
        belongs_to("paper", "paper_id", ondelete="CASCADE"),
        tenant_unique("token_hash"),
        tenant_unique("paper_id"),
    )

    paper_id: Mapped[UUID]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    expires_at: Mapped[datetime]
    made_at: Mapped[datetime] = mapped_column(default=now)
    """When the agent made it."""
    made_by: Mapped[str] = mapped_column(String(120))


class PaperFile(Base, TenantOwned):
    """One file of a document: its content is in the store, encrypted for this row."""

    __tablename__ = "paper_file"
    __table_args__ = (
        belongs_to("paper", "paper_id", ondelete="CASCADE"),
        tenant_index("paper_id", "place"),
        CheckConstraint("kind IN ('pdf', 'jpeg')", name="kind"),
    )

    paper_id: Mapped[UUID]
    place: Mapped[int] = mapped_column(SmallInteger)
    """Its place in the order, from 0."""
    kind: Mapped[str] = mapped_column(String(4))
    pages: Mapped[int] = mapped_column(SmallInteger, default=1)
    """How many pages, as far as a PDF shows them."""
    size: Mapped[int]
    """In bytes, as it is kept."""
    scanned: Mapped[bool] = mapped_column(default=False)
    """Whether a virus scanner found it clean."""
    scan_due_at: Mapped[datetime | None]
    """When it is scanned, as the scanner gave no answer while it came; it is given to nobody before."""
    infected_at: Mapped[datetime | None]
    """When a virus was found in it: its content is erased."""
    added_at: Mapped[datetime] = mapped_column(default=now)
    """When it came."""
    added_by: Mapped[str] = mapped_column(String(120))
    """Who added it, by the name of that day."""
