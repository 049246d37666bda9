from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from clais.database import Base, TableKind, TenantOwned, Timestamped, Versioned, tenant_index, tenant_unique


# No foreign keys: what is named is another tenant's, and nothing of it is ever deleted.
class AssessmentBallot(Base, TenantOwned):
    """What one member chose in an instrument, without anything that says who: no name, no key, no moment, no text.

    Of a self-assessment it stays with the platform; of a session that was attended the centre of the session reads it.
    It is sealed, and opened only together with enough others. Insert-only.
    """

    __tablename__ = "assessment_ballot"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_index("instrument_id", "year"),
        Index("ix_assessment_ballot_received", "to_tenant_id", "course_run_id"),
    )

    # No key made of the moment: beside a list of who was at work it would tell whose it is.
    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-10)
    to_tenant_id: Mapped[UUID | None]
    """The centre of the session; none for a self-assessment, which nobody but the platform counts."""
    instrument_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    year: Mapped[int] = mapped_column(SmallInteger)
    course_run_id: Mapped[UUID | None]
    sealed: Mapped[bytes]
    """Question → the code that was chosen, or the codes."""


class AssessmentNotice(Base, TenantOwned, Timestamped, Versioned):
    """A platform assessed itself: in which year, on which version, and when; its scores only if it shares them.

    The centre that publishes the instrument reads it, and the platform alone writes it.
    """

    __tablename__ = "assessment_notice"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("instrument_id", "year"),
        Index("ix_assessment_notice_received", "to_tenant_id", "instrument_id", "year"),
    )

    to_tenant_id: Mapped[UUID]
    instrument_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    year: Mapped[int] = mapped_column(SmallInteger)
    done_on: Mapped[date]
    scores: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    """Section → its score of a hundred; none while the platform keeps them for itself."""
