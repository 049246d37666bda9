from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from clais.clock import now
from clais.database import Base, TableKind, TenantOwned, Timestamped, Versioned, new_id, tenant_index, tenant_unique

LOCAL_PLATFORM = "local_platform"
SUPPORT_CENTRE = "support_centre"


class Basin(Base):
    __tablename__ = "basin"
    table_kind = TableKind.REFERENCE

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)


class Tenant(Base):
    """A local platform or a support centre: its entry in the registry, not its records."""

    __tablename__ = "tenant"
    table_kind = TableKind.REFERENCE
    __table_args__ = (
        UniqueConstraint("slug"),
        UniqueConstraint("basin_id", "code"),
        CheckConstraint("kind IN ('local_platform', 'support_centre')", name="kind"),
        CheckConstraint("state IN ('open', 'suspended', 'closed')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    basin_id: Mapped[UUID] = mapped_column(ForeignKey("basin.id"))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    slug: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(12), default="open")
    national_number_authorisation: Mapped[str | None] = mapped_column(String(120))
    contact_phone: Mapped[str | None] = mapped_column(String(20))
    contact_email: Mapped[str | None] = mapped_column(String(200))
    contact_address: Mapped[str | None] = mapped_column(String(200))
    settings: Mapped[dict[str, Any]] = mapped_column(default=dict)
    opened_at: Mapped[datetime] = mapped_column(default=now)
    suspended_at: Mapped[datetime | None]
    """When it was last suspended or closed: sessions of before then are over for good."""

    @validates("state")
    def _note_suspension(self, _name: str, state: str) -> str:
        if state != "open":
            self.suspended_at = now()
        return state

    @property
    def is_support_centre(self) -> bool:
        return self.kind == SUPPORT_CENTRE


class Municipality(Base):
    __tablename__ = "municipality"
    table_kind = TableKind.REFERENCE

    nis_code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name_french: Mapped[str] = mapped_column(String(80))
    name_dutch: Mapped[str | None] = mapped_column(String(80))
    province: Mapped[str | None] = mapped_column(String(60))
    region: Mapped[str | None] = mapped_column(String(60))


class PostalCode(Base):
    """One locality under one postal code: postal codes and municipalities are many-to-many."""

    __tablename__ = "postal_code"
    table_kind = TableKind.REFERENCE
    __table_args__ = (Index(None, "search_key"),)

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    nis_code: Mapped[str] = mapped_column(ForeignKey("municipality.nis_code"), primary_key=True)
    locality: Mapped[str] = mapped_column(String(80), primary_key=True)
    search_key: Mapped[str] = mapped_column(String(90, collation="C"))


class Occupation(Base):
    """An occupation or one of its appellations, in a scheme such as ROME. Belgian schemes can be added."""

    __tablename__ = "occupation"
    table_kind = TableKind.REFERENCE
    __table_args__ = (Index(None, "search_key"), Index(None, "scheme", "code"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    scheme: Mapped[str] = mapped_column(String(12))
    scheme_version: Mapped[str] = mapped_column(String(8))
    code: Mapped[str] = mapped_column(String(8))
    label: Mapped[str] = mapped_column(String(250))
    is_appellation: Mapped[bool]
    search_key: Mapped[str] = mapped_column(String(250, collation="C"))


class OccupationWord(Base):
    """One word of the label of an occupation: a search matches the start of any word."""

    __tablename__ = "occupation_word"
    table_kind = TableKind.REFERENCE
    __table_args__ = (Index(None, "word", "occupation_id"),)

    occupation_id: Mapped[UUID] = mapped_column(ForeignKey("occupation.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(String(60, collation="C"), primary_key=True)


class TenantTerritory(Base):
    """A territory of a platform: a municipality, or one of its postal codes, so that a platform may be a district."""

    __tablename__ = "tenant_territory"
    table_kind = TableKind.REFERENCE
    __table_args__ = (Index(None, "nis_code"),)

    covered_by: Mapped[UUID] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True)
    nis_code: Mapped[str] = mapped_column(ForeignKey("municipality.nis_code"), primary_key=True)
    postal_code: Mapped[str] = mapped_column(String(4), primary_key=True, default="")


class ReferenceCounter(Base, TenantOwned):
    """The last public number used in a tenant, per kind and year, as in FAR-2026-00123."""

    __tablename__ = "reference_counter"
    __table_args__ = (tenant_unique("kind", "year"),)

    kind: Mapped[str] = mapped_column(String(12))
    year: Mapped[int] = mapped_column(SmallInteger)
    last: Mapped[int] = mapped_column(default=0)


class Partner(Base, TenantOwned, Timestamped, Versioned):
    """An organisation of a platform: a member (CPAS, ALE…) or an outside operator."""

    __tablename__ = "partner"
    __table_args__ = (tenant_index("name"),)

    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    is_member: Mapped[bool] = mapped_column(default=False)
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(200))
    hours: Mapped[str | None] = mapped_column(String(200))
    """When one may come, as it is told to whoever is directed there."""
    note: Mapped[str | None] = mapped_column(String(1000))
