from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TableKind, TenantOwned, tenant_unique
from clais.exchange.publications.models import Publication


class EligibilityVersion(Base, Publication):
    """The conditions of a scheme, as its centre published them. Insert-only: a later version changes no past answer."""

    __tablename__ = "eligibility_version"
    __table_args__ = (
        ForeignKeyConstraint(["owner_tenant_id", "scheme_id"], ["scheme.owner_tenant_id", "scheme.id"]),
        UniqueConstraint("owner_tenant_id", "scheme_id", "number"),
        Index(None, "basin_id", "scheme_id", "number"),
    )

    scheme_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    rules: Mapped[list[Any]]
    """Conditions in their order; see `clais.exchange.eligibility.schemas.StoredRule`."""
    note: Mapped[str | None] = mapped_column(String(500))
    """What changes with it, in words for the platforms."""
    published_by: Mapped[str] = mapped_column(String(120))
    published_at: Mapped[datetime] = mapped_column(default=now)


class EligibilityTrial(Base, Publication):
    """Conditions in preparation that each platform tries on its own people, for the centre to see what they change."""

    __tablename__ = "eligibility_trial"
    __table_args__ = (
        ForeignKeyConstraint(["owner_tenant_id", "scheme_id"], ["scheme.owner_tenant_id", "scheme.id"]),
        Index(None, "owner_tenant_id", "scheme_id", "asked_at"),
        Index(None, "basin_id", "asked_at"),
    )

    scheme_id: Mapped[UUID]
    rules: Mapped[list[Any]]
    compared_with: Mapped[UUID | None]
    """The version in force when it was asked for; none where the scheme had no conditions."""
    asked_by: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime] = mapped_column(default=now)


class TrialCount(Base, TenantOwned):
    """What a platform counted for a trial: how many of its people, in tens, never who. A number below
    ten is not told.
    """

    __tablename__ = "trial_count"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("eligibility_trial_id"),
        Index("ix_trial_count_received", "to_tenant_id", "eligibility_trial_id"),
    )

    to_tenant_id: Mapped[UUID]
    eligibility_trial_id: Mapped[UUID]
    gained: Mapped[int | None]
    """Who may come, or is to be asked, and could not before."""
    lost: Mapped[int | None]
    """Who can no longer come, and could before."""
    to_ask: Mapped[int | None]
    """Of whom a fact is missing."""
    counted_at: Mapped[datetime] = mapped_column(default=now)


class SpottingCount(Base, TenantOwned):
    """How many people of a platform may fit a session: the count alone crosses, in tens. A number below ten
    is not told.
    """

    __tablename__ = "spotting_count"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("scheme_session_id"),
        Index("ix_spotting_count_received", "to_tenant_id", "scheme_session_id"),
    )

    to_tenant_id: Mapped[UUID]
    scheme_session_id: Mapped[UUID]
    fits: Mapped[int | None]
    to_ask: Mapped[int | None]
    counted_on: Mapped[date]
