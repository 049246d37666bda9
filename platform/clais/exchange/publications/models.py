from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, SmallInteger, String, UniqueConstraint, text
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.orm import Mapped, mapped_column, relationship

from clais.clock import now, today
from clais.database import Base, Distribution, TableKind, Timestamped, Versioned, new_id


class Publication:
    """What a support centre publishes to its basin: every tenant of it reads, only the owner writes."""

    table_kind: ClassVar[TableKind] = TableKind.PUBLICATION

    owner_tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-10)
    basin_id: Mapped[UUID] = mapped_column(sort_order=-9)


class SchemeOperator(Base, Publication, Timestamped, Versioned):
    """Who runs schemes: an organisation, and how it is reached."""

    __tablename__ = "scheme_operator"
    __table_args__ = (UniqueConstraint("owner_tenant_id", "name"), Index(None, "basin_id", "name"))

    name: Mapped[str] = mapped_column(String(120))
    enterprise_number: Mapped[str | None] = mapped_column(String(10))
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    contact: Mapped[str | None] = mapped_column(String(200))
    website: Mapped[str | None] = mapped_column(String(300))


class Scheme(Base, Publication, Timestamped, Versioned):
    """A scheme (dispositif) of the basin: who runs it, for whom, what it asks to know.

    A draft is its centre's alone.
    """

    __tablename__ = "scheme"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_tenant_id", "operator_id"], ["scheme_operator.owner_tenant_id", "scheme_operator.id"]
        ),
        Index(None, "basin_id", "state", "name"),
    )

    kind: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(120))
    operator: Mapped[str] = mapped_column(String(120))
    """The name of its operator, written with the name of that row: every list of schemes shows it."""
    operator_id: Mapped[UUID | None]
    audience: Mapped[str] = mapped_column(String(500))
    description: Mapped[str] = mapped_column(String(2000))
    plain_text: Mapped[str | None] = mapped_column(String(1200))
    """The same for the person, in short sentences: it is read with them, and printed."""
    prerequisites: Mapped[str | None] = mapped_column(String(1000))
    cost: Mapped[str | None] = mapped_column(String(500))
    documents: Mapped[str | None] = mapped_column(String(1000))
    contacts: Mapped[str | None] = mapped_column(String(500))
    website: Mapped[str | None] = mapped_column(String(300))
    required_fields: Mapped[list[Any]] = mapped_column(default=list)
    """Codes of `clais.exchange.referrals.parcels.FIELDS` that a referral to this scheme must carry."""
    state: Mapped[str] = mapped_column(String(12), default="draft")
    """See `support_center.catalogue.workflow`; `open` is published."""
    confirmed_on: Mapped[date | None] = mapped_column(default=today)
    """The day on which the centre said last that all this is so; what nobody confirms is hidden in the end."""


class UsualDelay(Base, Publication):
    """How many days something usually takes, counted over a year by the centre that did it; never over a few people."""

    __tablename__ = "usual_delay"
    __table_args__ = (
        ForeignKeyConstraint(["owner_tenant_id", "scheme_id"], ["scheme.owner_tenant_id", "scheme.id"]),
        UniqueConstraint("owner_tenant_id", "scheme_id", "kind"),
        Index(
            "uq_usual_delay_of_all", "owner_tenant_id", "kind", unique=True, postgresql_where=text("scheme_id IS NULL")
        ),
        Index(None, "basin_id", "scheme_id"),
    )

    scheme_id: Mapped[UUID | None]
    """None for all the schemes of the centre together."""
    kind: Mapped[str] = mapped_column(String(12))
    median: Mapped[int] = mapped_column(SmallInteger)
    nine_in_ten: Mapped[int] = mapped_column(SmallInteger)
    counted_on: Mapped[date]


class SeatCount(Base):
    """How many seats a session has, and how many are taken: never more. All of the basin read it, its centre moves it.

    A row of its own, since it changes with each seat: `scheme_session` is copied to every server of a cluster, and a
    change there would hold all of them.
    """

    __tablename__ = "seat_count"
    table_kind = TableKind.PUBLICATION
    distribution = Distribution.TENANT
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "scheme_session_id"],
            ["scheme_session.owner_tenant_id", "scheme_session.id"],
            ondelete="CASCADE",
        ),
        CheckConstraint("seats_taken BETWEEN 0 AND seats", name="seats"),
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    scheme_session_id: Mapped[UUID] = mapped_column(primary_key=True)
    basin_id: Mapped[UUID]
    seats: Mapped[int] = mapped_column(SmallInteger)
    seats_taken: Mapped[int] = mapped_column(SmallInteger, default=0)
    reserved: Mapped[dict[str, Any] | None] = mapped_column(default=dict)
    """Platform → how many free seats are kept for it, and the last day of that: [2, "2026-12-31"]. What was agreed with
    it, and how many of its people have a seat, is the centre's alone.
    """
    list_closed: Mapped[bool | None]
    """Whether nobody is put on its waiting list any more, since it is long and does not move."""

    def held_for_others(self, platform_id: UUID | None) -> int:
        """The free seats that are kept today for others than this platform, or, for None, for any."""
        kept = (self.reserved or {}).items()
        return sum(left for key, (left, until) in kept if key != str(platform_id) and until >= today().isoformat())


class SchemeSession(Base, Publication, Timestamped, Versioned):
    """One session of a scheme: dates and place. It comes with the count of its seats."""

    __tablename__ = "scheme_session"
    __table_args__ = (
        ForeignKeyConstraint(["owner_tenant_id", "scheme_id"], ["scheme.owner_tenant_id", "scheme.id"]),
        Index(None, "owner_tenant_id", "scheme_id", "starts_on"),
        Index(None, "basin_id", "starts_on"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("suspended_until >= suspended_from", name="suspension"),
    )

    scheme_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closes_on: Mapped[date]
    starts_at: Mapped[time | None]
    place: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str | None] = mapped_column(String(4))
    timetable: Mapped[str | None] = mapped_column(String(300))
    """Its days and hours, in words."""
    directions: Mapped[str | None] = mapped_column(String(500))
    """How to get there: stop of the bus, entrance, floor."""
    note: Mapped[str | None] = mapped_column(String(500))
    suspended_from: Mapped[date | None]
    """The day from which it takes nobody new for a while; None for a session that was never suspended."""
    suspended_until: Mapped[date | None]
    """Until then it takes nobody new: it is offered to no platform, and goes on for who is in it."""

    count: Mapped[SeatCount] = relationship(cascade="save-update, merge, expunge", passive_deletes="all")
    """Read by `queries.with_seats` for several sessions at once."""
    seats: AssociationProxy[int] = association_proxy("count", "seats")
    seats_taken: AssociationProxy[int] = association_proxy("count", "seats_taken")

    def __init__(self, **facts: Any) -> None:
        numbers = {name: facts.pop(name) for name in ("seats", "seats_taken") if name in facts}
        super().__init__(**facts)
        self.count = SeatCount(basin_id=self.basin_id, **numbers)


class Instrument(Base, Publication, Timestamped, Versioned):
    """An instrument of the basin, whatever its versions: its code in data, and what it is called."""

    __tablename__ = "instrument"
    __table_args__ = (UniqueConstraint("owner_tenant_id", "code"), Index(None, "basin_id", "code"))

    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))


class InstrumentVersion(Base, Publication, Timestamped, Versioned):
    """One version of an instrument: its number and where it stands. What it asks is in its draft, then in its contents.

    No number is given twice, not even after a draft was given up; one version at a time is in preparation.
    """

    __tablename__ = "instrument_version"
    __table_args__ = (
        ForeignKeyConstraint(["owner_tenant_id", "instrument_id"], ["instrument.owner_tenant_id", "instrument.id"]),
        UniqueConstraint("owner_tenant_id", "instrument_id", "number"),
        Index(
            "uq_instrument_version_in_preparation",
            "owner_tenant_id",
            "instrument_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'in_review')"),
        ),
        Index(None, "basin_id", "state"),
    )

    instrument_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    note: Mapped[str | None] = mapped_column(String(1000))
    """What changes with it, in words for the platforms."""
    sent_by: Mapped[UUID | None]
    """The member who sent it to review: somebody else publishes it."""
    review_until: Mapped[date | None]
    published_at: Mapped[datetime | None]
    adopt_by: Mapped[date | None]
    """The day by which each platform adopts it, or asks for an exception."""
    closing_on: Mapped[date | None]
    """The day since which nothing is begun on it."""


class InstrumentContent(Base, Publication):
    """What a version asks, frozen when someone else may see it: for a review, or, `released`, for answers. Insert-only.

    A version has one released content at most; answers name it, so they keep the questions that were asked.
    """

    __tablename__ = "instrument_content"
    __table_args__ = (
        ForeignKeyConstraint(
            ["owner_tenant_id", "instrument_version_id"],
            ["instrument_version.owner_tenant_id", "instrument_version.id"],
        ),
        Index(
            "uq_instrument_content_released",
            "owner_tenant_id",
            "instrument_version_id",
            unique=True,
            postgresql_where=text("released"),
        ),
        Index(None, "owner_tenant_id", "instrument_version_id", "created_at"),
    )

    instrument_version_id: Mapped[UUID]
    definition: Mapped[dict[str, Any]]
    """See `clais.instruments.schemas.DefinitionSchema`."""
    fingerprint: Mapped[str] = mapped_column(String(64))
    released: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=90)
