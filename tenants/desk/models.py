from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now, today
from clais.database import Base, TenantOwned, Timestamped, Versioned, belongs_to, tenant_index, tenant_unique

IS_HERE = "state IN ('waiting', 'received', 'on_hold')"
"""The visits that go on."""


class Visit(Base, TenantOwned, Timestamped, Versioned):
    """One coming of somebody to the desk: a person with a file, or somebody who is named here alone, or by nothing.

    The names of somebody without a file are sealed while the day lasts, since they agreed to nothing: neither the
    database nor a backup of the night tells them. In the evening they are erased, and the visit stays to be counted.
    """

    __tablename__ = "visit"
    __table_args__ = (
        belongs_to("person", "person_id", ondelete="CASCADE"),
        belongs_to("appointment", "appointment_id", ondelete="CASCADE"),
        belongs_to("membership", "agent_id"),
        belongs_to("partner", "sent_to_id"),
        tenant_index("arrived_on", "arrived_at"),
        tenant_index("person_id", "arrived_at"),
        tenant_index("agent_id", name="ix_visit_here", postgresql_where=IS_HERE),
        Index(
            "uq_visit_appointment",
            "tenant_id",
            "appointment_id",
            unique=True,
            postgresql_where=IS_HERE,
        ),
        CheckConstraint("person_id IS NULL OR sealed IS NULL", name="named_once"),
    )

    person_id: Mapped[UUID | None]
    appointment_id: Mapped[UUID | None]
    agent_id: Mapped[UUID | None]
    """With whom; none: with the first who is free."""
    manner: Mapped[str] = mapped_column(String(12))
    sent_by: Mapped[str | None] = mapped_column(String(120))
    arrived_on: Mapped[date] = mapped_column(default=today)
    arrived_at: Mapped[datetime] = mapped_column(default=now)
    told_at: Mapped[datetime | None]
    """When the screen of the agent was last told that somebody is there."""
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    state_before: Mapped[str | None] = mapped_column(String(12))
    """The state to which the last step can be taken back; none after that, and before the first step."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was typed of somebody without a file; erased in the evening, or when they agree to a file."""
    sent_to_id: Mapped[UUID | None]
    """The partner to whom they were directed."""
    sent_reason: Mapped[str | None] = mapped_column(String(12))
    reliable: Mapped[bool] = mapped_column(default=True)
    """Whether its hours may be counted: they were clicked when it happened."""
    recorded_by: Mapped[str] = mapped_column(String(120))


class VisitRequest(Base, TenantOwned):
    """One thing that is asked during a visit; several may be."""

    __tablename__ = "visit_request"
    __table_args__ = (belongs_to("visit", "visit_id", ondelete="CASCADE"), tenant_index("visit_id"))

    visit_id: Mapped[UUID]
    theme: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(12), default="asked")
    created_at: Mapped[datetime] = mapped_column(default=now)


class VisitPeriod(Base, TenantOwned):
    """A stretch of a visit: waiting, with somebody, on hold. Its hours are those of the clicks.

    One is open while the visit goes on: whoever turns it has changed the visit first, whose version stops the second.
    """

    __tablename__ = "visit_period"
    __table_args__ = (
        belongs_to("visit", "visit_id", ondelete="CASCADE"),
        belongs_to("membership", "agent_id"),
        tenant_index("visit_id", "began_at"),
        CheckConstraint("ended_at >= began_at", name="order"),
    )

    visit_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(10))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    agent_id: Mapped[UUID | None]
    """By whom they were received."""
    reason: Mapped[str | None] = mapped_column(String(12))
    """Why it was on hold."""


class DiscreetScreen(Base, TenantOwned):
    """A member whose screen others can see: the desk shows them initials instead of names."""

    __tablename__ = "discreet_screen"
    __table_args__ = (belongs_to("membership", "membership_id"), tenant_unique("membership_id"))

    membership_id: Mapped[UUID]
    since: Mapped[datetime] = mapped_column(default=now)
