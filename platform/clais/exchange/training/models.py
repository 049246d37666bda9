from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from clais.clock import now
from clais.database import (
    Base,
    Distribution,
    TableKind,
    TenantOwned,
    Timestamped,
    Versioned,
    tenant_index,
    tenant_unique,
)
from clais.exchange.publications.models import Publication


class Course(Base, Publication, Timestamped, Versioned):
    """A course for agents: what it teaches, how long, and which certificate it gives.

    A course with `renews_id` is the way back for who holds the certificate of that first course, and gives the same.
    """

    __tablename__ = "course"
    __table_args__ = (
        Index("uq_course_code", "owner_tenant_id", "code", unique=True),
        Index(None, "basin_id", "state"),
    )

    code: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(120))
    aims: Mapped[str] = mapped_column(String(1000))
    programme: Mapped[str] = mapped_column(String(4000))
    half_days: Mapped[int] = mapped_column(SmallInteger)
    required_half_days: Mapped[int] = mapped_column(SmallInteger)
    """How many of them one has to attend."""
    trainer: Mapped[str] = mapped_column(String(120))
    renews_id: Mapped[UUID | None]
    certificate_months: Mapped[int | None] = mapped_column(SmallInteger)
    """For how many months its certificate is valid; none when it gives none."""
    window_days: Mapped[int] = mapped_column(SmallInteger, default=90)
    """So many days before the end its certificate may be renewed."""
    grace_days: Mapped[int] = mapped_column(SmallInteger, default=30)
    """So many days after the end it still counts."""
    evaluation_id: Mapped[UUID | None]
    """The instrument with which those who attended evaluate its sessions, if any."""
    state: Mapped[str] = mapped_column(String(12), default="draft")

    @property
    def certified_id(self) -> UUID:
        """The course whose certificate it gives: its own, or that of the course that it renews."""
        return self.renews_id or self.id


class CourseMaterial(Base, Publication):
    """One version of a document of a course: a link, or a text. Insert-only: what someone learned from stays."""

    __tablename__ = "course_material"
    __table_args__ = (
        ForeignKeyConstraint(["owner_tenant_id", "course_id"], ["course.owner_tenant_id", "course.id"]),
        Index("uq_course_material_number", "owner_tenant_id", "course_id", "title", "number", unique=True),
    )

    course_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[int] = mapped_column(SmallInteger)
    note: Mapped[str | None] = mapped_column(String(500))
    link: Mapped[str | None] = mapped_column(String(300))
    text: Mapped[str | None] = mapped_column(String(4000))
    published_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now, sort_order=90)


class CourseRun(Base, TenantOwned, Timestamped, Versioned):
    """One session of a course: its half-days, its place, its seats. All of the basin read it, its centre writes it.

    Its key begins with the tenant, as that of a count of seats: it changes with each seat.
    """

    __tablename__ = "course_run"
    table_kind = TableKind.PUBLICATION
    distribution = Distribution.TENANT
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "course_id"], ["course.owner_tenant_id", "course.id"]),
        tenant_index("course_id", "starts_on"),
        tenant_index("starts_on"),
        CheckConstraint("ends_on >= starts_on", name="dates"),
        CheckConstraint("seats_taken BETWEEN 0 AND seats", name="seats"),
    )

    basin_id: Mapped[UUID]
    course_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    half_days: Mapped[list[Any]] = mapped_column(default=list)
    """Its half-days in their order, as `rules.half_days` writes them: `2026-12-03-am`."""
    closes_on: Mapped[date]
    """The last day on which a seat is asked for."""
    place: Mapped[str] = mapped_column(String(200))
    link: Mapped[str | None] = mapped_column(String(300))
    note: Mapped[str | None] = mapped_column(String(500))
    seats: Mapped[int] = mapped_column(SmallInteger)
    seats_taken: Mapped[int] = mapped_column(SmallInteger, default=0)
    minimum: Mapped[int] = mapped_column(SmallInteger, default=1)
    """With fewer people it is not held."""
    state: Mapped[str] = mapped_column(String(12), default="planned")


# No foreign keys from here on: what is named is another tenant's, and nothing of it is ever deleted.
class Registration(Base, TenantOwned, Timestamped, Versioned):
    """An agent of a platform who wants to attend a session, or is sent to it. The centre of the session reads it."""

    __tablename__ = "registration"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        Index(
            "uq_registration_holder",
            "tenant_id",
            "course_run_id",
            "membership_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'approved')"),
        ),
        tenant_index("membership_id", "created_at"),
        Index("ix_registration_received", "to_tenant_id", "course_run_id"),
    )

    to_tenant_id: Mapped[UUID]
    course_id: Mapped[UUID]
    course_run_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    member_name: Mapped[str] = mapped_column(String(120))
    """The name of the agent; empty once they have left."""
    member_email: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[str] = mapped_column(String(120))
    approved_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(12), default="asked")


class CourseSeat(Base, TenantOwned, Timestamped, Versioned):
    """What the centre gave a registration: a seat, or a place on the waiting list, and who was there when.

    It names nobody: the registration does. The platform that registered reads it.
    """

    __tablename__ = "course_seat"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("registration_id"),
        tenant_index("course_run_id", "created_at"),
        Index("ix_course_seat_received", "to_tenant_id", "registration_id"),
    )

    to_tenant_id: Mapped[UUID]
    course_run_id: Mapped[UUID]
    registration_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(String(12), default="seated")
    presence: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Half-day → whether they were there; what is not said is not there."""


class Certificate(Base, TenantOwned, Timestamped, Versioned):
    """A period in which an agent may do what a course teaches. The centre gives it; the agent's platform reads it.

    The title and the delays are those of the day on which it was given. Whoever knows the number finds it without
    signing in: it is the secret of its scope.
    """

    __tablename__ = "certificate"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("number"),
        # Of two periods that are given at once to one agent, both the next one, one is refused: so none overlap.
        tenant_index(
            "to_tenant_id", "membership_id", "course_id", "sequence", name="uq_certificate_sequence", unique=True
        ),
        tenant_index("valid_until"),
        Index("ix_certificate_received", "to_tenant_id", "membership_id", "course_id"),
        Index("ix_certificate_number", "number_hash"),
        CheckConstraint("valid_until >= valid_from", name="dates"),
        CheckConstraint("kind IN ('full', 'provisional')", name="kind"),
    )

    to_tenant_id: Mapped[UUID]
    course_id: Mapped[UUID]
    """The first course, also when it was renewed."""
    membership_id: Mapped[UUID]
    sequence: Mapped[int] = mapped_column(SmallInteger)
    """Which one of this agent in this course, from 1."""
    number: Mapped[str] = mapped_column(String(20))
    number_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    holder_name: Mapped[str] = mapped_column(String(120))
    course_title: Mapped[str] = mapped_column(String(120))
    issuer_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12), default="full")
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    window_days: Mapped[int] = mapped_column(SmallInteger)
    grace_days: Mapped[int] = mapped_column(SmallInteger)
    evidence: Mapped[str | None] = mapped_column(String(300))
    """Where a past one comes from, in words: « repris du … »."""
    given_by: Mapped[str] = mapped_column(String(120))
    revoked_on: Mapped[date | None]
    revoked_reason: Mapped[str | None] = mapped_column(String(300))
    replaced_on: Mapped[date | None]
    """The day from which a full one stands in the place of this provisional one."""


class CertificateEvidence(Base, TenantOwned):
    """The document behind a certificate from before: a scan, a photo. The centre keeps it, its holder opens it.

    Its bytes are sealed for this row (`evidence`); it goes when its holder has left, or is forgotten.
    """

    __tablename__ = "certificate_evidence"
    table_kind = TableKind.CROSSING
    __table_args__ = (
        tenant_unique("certificate_id"),
        Index("ix_certificate_evidence_received", "to_tenant_id", "certificate_id"),
        CheckConstraint("kind IN ('pdf', 'jpeg', 'png')", name="kind"),
    )

    to_tenant_id: Mapped[UUID]
    certificate_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(4))
    sealed: Mapped[bytes]
    added_at: Mapped[datetime] = mapped_column(default=now)
    added_by: Mapped[str] = mapped_column(String(120))
