from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique


class Participant(Base, TenantOwned, Timestamped, Versioned):
    """The support centre's own record of someone it received through a referral, filled from the parcel."""

    __tablename__ = "participant"
    __table_args__ = (
        tenant_unique("referral_id"),
        tenant_unique("reference"),
        tenant_index("sort_name", "id"),
        tenant_index("state", "sort_name", "id"),
    )

    reference: Mapped[str] = mapped_column(String(20))
    referral_id: Mapped[UUID]
    from_tenant_id: Mapped[UUID]
    from_name: Mapped[str] = mapped_column(String(120))
    display_name: Mapped[str] = mapped_column(String(170))
    sort_name: Mapped[str] = mapped_column(String(170, collation="C"))
    sealed: Mapped[bytes | None]
    """Own copy of the parcel's contents (`clais.sealing`): field code → {label, value, text}; None once erased."""
    state: Mapped[str] = mapped_column(String(12), default="enrolled")
    opened_on: Mapped[date]
    erased_at: Mapped[datetime | None]


class ParticipantKey(Base, TenantOwned):
    """A key by which a participant is found; what the parcel seals is a keyed hash (`rules.keys`)."""

    __tablename__ = "participant_key"
    __table_args__ = (
        belongs_to("participant", "participant_id", ondelete="CASCADE"),
        Index("ix_participant_key_lookup", "tenant_id", "kind", "key", "participant_id"),
        tenant_index("participant_id"),
    )

    participant_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(170, collation="C"))


class SeatReserve(Base, TenantOwned):
    """Seats of a session that are kept for the people of a platform until a day, as agreed with it.

    How many of them are left is in `seat_count.reserved`, moved with each seat.
    """

    __tablename__ = "seat_reserve"
    __table_args__ = (
        tenant_unique("scheme_session_id", "platform_id"),
        CheckConstraint("seats >= 1", name="seats"),
    )

    scheme_session_id: Mapped[UUID]
    platform_id: Mapped[UUID]
    seats: Mapped[int] = mapped_column(SmallInteger)
    until: Mapped[date]


class Enrolment(Base, TenantOwned, Timestamped, Versioned):
    """A seat in a session, held by a participant. A released seat stays on record."""

    __tablename__ = "enrolment"
    __table_args__ = (
        belongs_to("participant", "participant_id", ondelete="CASCADE"),
        tenant_index("scheme_session_id", "state"),
        Index(
            "uq_enrolment_holder", "tenant_id", "participant_id", unique=True, postgresql_where="state <> 'released'"
        ),
        CheckConstraint("state IN ('seated', 'waiting', 'released')", name="state"),
    )

    participant_id: Mapped[UUID]
    scheme_session_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12), default="seated")
    seated_at: Mapped[datetime] = mapped_column(default=now)
    released_at: Mapped[datetime | None]
    progress_note: Mapped[str | None] = mapped_column(String(1000))
    offered_until: Mapped[date | None]
    """While they wait: the last day of the offer that holds a seat for them, which counts among those taken."""
    offered_start: Mapped[date | None]
    """The first day of the session as it was offered: of one that was moved, the offer is taken back."""
    not_before: Mapped[date | None]
    """The day before which no other seat of the session is offered to them: others have their turn."""
    moved_back_at: Mapped[datetime | None]
    """When they went behind the others who waited then: an offer to them had expired."""
    from_list: Mapped[bool | None]
    """Whether it is a seat that was given to someone who waited for it; not said of the others."""


class PresenceMark(Base, TenantOwned, Timestamped, Versioned):
    """Whether a participant was there on one half-day of a session, and why not. What nobody said has no row.

    It goes with what was shared of the participant; the platform that sent them reads a `PresenceSummary` only.
    """

    __tablename__ = "presence_mark"
    __table_args__ = (
        belongs_to("participant", "participant_id", ondelete="CASCADE"),
        tenant_index(
            "participant_id", "scheme_session_id", "day", "half", name="uq_presence_mark_half_day", unique=True
        ),
        tenant_index("scheme_session_id", "day"),
        tenant_index("act_id"),
        CheckConstraint("half IN ('am', 'pm')", name="half"),
        CheckConstraint("mark IN ('present', 'late', 'absent', 'excused', 'unexcused', 'ours')", name="mark"),
    )

    participant_id: Mapped[UUID]
    scheme_session_id: Mapped[UUID]
    day: Mapped[date]
    half: Mapped[str] = mapped_column(String(2))
    mark: Mapped[str] = mapped_column(String(10))
    note: Mapped[str | None] = mapped_column(String(200))
    marked_by: Mapped[str] = mapped_column(String(120))
    act_id: Mapped[UUID]
    """The click that wrote it first: one for all who were there is taken back with one."""
