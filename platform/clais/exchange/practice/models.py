from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TableKind, TenantOwned, Timestamped, Versioned, tenant_index, tenant_unique
from clais.exchange.publications.models import Publication


# No row here has a foreign key to what another tenant owns: nothing that the centre publishes is ever deleted.
class PracticeCard(Base, Publication, Timestamped, Versioned):
    """A short card of the centre: what to do, for which roles, from when until when, and on which pages it is shown.

    A draft is its centre's alone: the row security of the table says so.
    """

    __tablename__ = "practice_card"
    __table_args__ = (
        Index(None, "basin_id", "state"),
        CheckConstraint("shown_until IS NULL OR shown_until >= shown_from", name="days"),
    )

    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(1200))
    roles: Mapped[list[Any]] = mapped_column(default=list)
    """The roles of a platform whose members are asked to read it."""
    places: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of `clais.feature.help.PLACES`: the pages on which it stands folded."""
    shown_from: Mapped[date]
    shown_until: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(12), default="draft")
    number: Mapped[int] = mapped_column(SmallInteger, default=1)
    """Which version of its text it is: who has read another one is asked again."""
    published_at: Mapped[datetime | None]


class PracticeDocument(Base, Publication, Timestamped, Versioned):
    """A pedagogical or placement tool of the library, whatever its versions."""

    __tablename__ = "practice_document"
    __table_args__ = (Index(None, "basin_id", "title"),)

    title: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(12), default="fr")
    withdrawn_on: Mapped[date | None]
    """The day since which nobody should begin to use it."""


class PracticeDocumentVersion(Base, Publication):
    """One version of a document of the library. Insert-only: who uses it finds what they took."""

    __tablename__ = "practice_document_version"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_tenant_id", "practice_document_id"], ["practice_document.owner_tenant_id", "practice_document.id"]
        ),
        UniqueConstraint("owner_tenant_id", "practice_document_id", "number"),
    )

    practice_document_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    issued_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(500))
    """What changes with it."""
    link: Mapped[str | None] = mapped_column(String(500))
    text: Mapped[str | None] = mapped_column(String(8000))
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=90)


class CardReceipt(Base, TenantOwned):
    """A member has read a version of a card. Their platform alone knows who."""

    __tablename__ = "card_receipt"
    __table_args__ = (tenant_unique("membership_id", "practice_card_id", "number"), tenant_index("practice_card_id"))

    membership_id: Mapped[UUID]
    practice_card_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    read_at: Mapped[datetime] = mapped_column(default=now)


class CardReading(Base, TenantOwned, Timestamped):
    """How many members of a platform have read a card, of how many who are asked to: what its centre is told."""

    __tablename__ = "card_reading"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("practice_card_id"),
        Index("ix_card_reading_received", "to_tenant_id", "practice_card_id"),
    )

    to_tenant_id: Mapped[UUID]
    practice_card_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    readers: Mapped[int] = mapped_column(SmallInteger, default=0)
    asked: Mapped[int] = mapped_column(SmallInteger, default=0)


class PracticeQuestion(Base, TenantOwned, Timestamped, Versioned):
    """A question of a member to the centre, which reads it without their name; its platform alone writes it."""

    __tablename__ = "practice_question"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_index("membership_id", "asked_at"),
        Index("ix_practice_question_received", "to_tenant_id", "state", "asked_at"),
    )

    to_tenant_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    """Who asked: a key that means nothing to the centre."""
    text: Mapped[str] = mapped_column(String(1000))
    more: Mapped[str | None] = mapped_column(String(1000))
    """What was still missing when it was asked again."""
    state: Mapped[str] = mapped_column(String(12), default="asked")
    asked_at: Mapped[datetime] = mapped_column(default=now)
    """When it was asked, or asked again."""


class PracticeAnswer(Base, TenantOwned):
    """An answer of the centre to a question, which the platform that asked reads. Only its card is added later."""

    __tablename__ = "practice_answer"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_index("practice_question_id", "answered_at"),
        Index("ix_practice_answer_received", "to_tenant_id", "practice_question_id"),
    )

    to_tenant_id: Mapped[UUID]
    practice_question_id: Mapped[UUID]
    text: Mapped[str] = mapped_column(String(2000))
    answered_by: Mapped[str] = mapped_column(String(120))
    answered_at: Mapped[datetime] = mapped_column(default=now)
    practice_card_id: Mapped[UUID | None]
    """The card that was made of it."""


class DocumentUse(Base, TenantOwned, Timestamped, Versioned):
    """A platform uses a document of the library, in which version and since when: its centre is told."""

    __tablename__ = "document_use"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("practice_document_id"),
        Index("ix_document_use_received", "to_tenant_id", "practice_document_id"),
    )

    to_tenant_id: Mapped[UUID]
    practice_document_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    since: Mapped[date]
    said_by: Mapped[str] = mapped_column(String(120))
