"""Training of agents: courses and sessions that the basin reads, registrations of platforms, seats and certificates of the centre.

A certificate is read by its number too, without a sign-in: the number is the secret of the scope. What a mail brings
along for an agenda is a column of its own.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import APPLICATION, BASIN, CREDENTIAL, OWN, TENANT, enable, grant, protect_publication
from migrations.protection_v2 import Rules, protect_each

revision = "0024"
down_revision = "0023"

BY_ITS_OWNER = f"{OWN} AND basin_id = {BASIN}"
READ_BY_ANOTHER = f"{OWN} OR to_tenant_id = {TENANT}"
RUN_CHANGED = (
    "starts_on", "ends_on", "half_days", "closes_on", "place", "link", "note", "seats", "seats_taken", "minimum",
    "state", "updated_at", "version",
)
REGISTRATION_CHANGED = ("member_name", "member_email", "approved_at", "state", "updated_at", "version")
SEAT_CHANGED = ("state", "presence", "updated_at", "version")
CERTIFICATE_CHANGED = ("holder_name", "revoked_on", "revoked_reason", "replaced_on", "updated_at", "version")


def owned() -> list[sa.Column[object]]:
    return [
        sa.Column("owner_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Uuid(), nullable=False),
    ]


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def changes() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    ]


def text(name: str, length: int, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def number(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.SmallInteger(), nullable=nullable)


def key(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def day(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.Date(), nullable=nullable)


def upgrade() -> None:
    op.add_column("outbox_message", sa.Column("calendar", sa.Text(), nullable=True))
    publications()
    crossings()


def publications() -> None:
    op.create_table(
        "course",
        *owned(),
        text("code", 20),
        text("title", 120),
        text("aims", 1000),
        text("programme", 4000),
        number("half_days"),
        number("required_half_days"),
        text("trainer", 120),
        key("renews_id", nullable=True),
        number("certificate_months", nullable=True),
        number("window_days"),
        number("grace_days"),
        text("state", 12),
        *changes(),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_course")),
    )
    op.create_index("uq_course_code", "course", ["owner_tenant_id", "code"], unique=True)
    op.create_index(op.f("ix_course_basin_id_state"), "course", ["basin_id", "state"])
    op.create_table(
        "course_material",
        *owned(),
        key("course_id"),
        text("title", 120),
        number("number"),
        text("note", 500, nullable=True),
        text("link", 300, nullable=True),
        text("text", 4000, nullable=True),
        text("published_by", 120),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_course_material")),
        sa.ForeignKeyConstraint(
            ["owner_tenant_id", "course_id"],
            ["course.owner_tenant_id", "course.id"],
            name=op.f("fk_course_material_owner_tenant_id_course_id"),
        ),
    )
    op.create_index(
        "uq_course_material_number", "course_material", ["owner_tenant_id", "course_id", "title", "number"], unique=True
    )
    op.create_table(
        "course_run",
        *kept(),
        key("basin_id"),
        key("course_id"),
        day("starts_on"),
        day("ends_on"),
        sa.Column("half_days", JSONB(), nullable=False),
        day("closes_on"),
        text("place", 200),
        text("link", 300, nullable=True),
        text("note", 500, nullable=True),
        number("seats"),
        number("seats_taken"),
        number("minimum"),
        text("state", 12),
        *changes(),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_course_run_dates")),
        sa.CheckConstraint("seats_taken BETWEEN 0 AND seats", name=op.f("ck_course_run_seats")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_course_run")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "course_id"],
            ["course.owner_tenant_id", "course.id"],
            name=op.f("fk_course_run_tenant_id_course_id"),
        ),
    )
    op.create_index(op.f("ix_course_run_tenant_id_course_id_starts_on"), "course_run", ["tenant_id", "course_id", "starts_on"])
    op.create_index(op.f("ix_course_run_tenant_id_starts_on"), "course_run", ["tenant_id", "starts_on"])
    for table in ("course", "course_material"):
        protect_publication(table)
    op.execute(f"REVOKE DELETE ON course FROM {APPLICATION}")
    op.execute(f"REVOKE UPDATE, DELETE ON course_material FROM {APPLICATION}")
    enable("course_run")
    protect_each("course_run", Rules(f"basin_id = {BASIN}", *[BY_ITS_OWNER] * 4))
    grant("course_run", ("SELECT", "INSERT"), RUN_CHANGED)


def crossings() -> None:
    op.create_table(
        "registration",
        *kept(),
        key("to_tenant_id"),
        key("course_id"),
        key("course_run_id"),
        key("membership_id"),
        text("member_name", 120),
        text("member_email", 200),
        text("asked_by", 120),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        text("state", 12),
        *changes(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_registration")),
    )
    op.create_index(
        "uq_registration_holder",
        "registration",
        ["tenant_id", "course_run_id", "membership_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('asked', 'approved')"),
    )
    op.create_index(
        op.f("ix_registration_tenant_id_membership_id_created_at"), "registration", ["tenant_id", "membership_id", "created_at"]
    )
    op.create_index("ix_registration_received", "registration", ["to_tenant_id", "course_run_id"])
    op.create_table(
        "course_seat",
        *kept(),
        key("to_tenant_id"),
        key("course_run_id"),
        key("registration_id"),
        text("state", 12),
        sa.Column("presence", JSONB(), nullable=False),
        *changes(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_course_seat")),
        sa.UniqueConstraint("tenant_id", "registration_id", name=op.f("uq_course_seat_tenant_id_registration_id")),
    )
    op.create_index(
        op.f("ix_course_seat_tenant_id_course_run_id_created_at"), "course_seat", ["tenant_id", "course_run_id", "created_at"]
    )
    op.create_index("ix_course_seat_received", "course_seat", ["to_tenant_id", "registration_id"])
    op.create_table(
        "certificate",
        *kept(),
        key("to_tenant_id"),
        key("course_id"),
        key("membership_id"),
        number("sequence"),
        text("number", 20),
        sa.Column("number_hash", sa.LargeBinary(length=32), nullable=False),
        text("holder_name", 120),
        text("course_title", 120),
        text("issuer_name", 120),
        text("kind", 12),
        day("valid_from"),
        day("valid_until"),
        number("window_days"),
        number("grace_days"),
        text("evidence", 300, nullable=True),
        text("given_by", 120),
        day("revoked_on", nullable=True),
        text("revoked_reason", 300, nullable=True),
        day("replaced_on", nullable=True),
        *changes(),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_certificate_dates")),
        sa.CheckConstraint("kind IN ('full', 'provisional')", name=op.f("ck_certificate_kind")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_certificate_tenant_id_number")),
    )
    op.create_index(
        "uq_certificate_sequence",
        "certificate",
        ["tenant_id", "to_tenant_id", "membership_id", "course_id", "sequence"],
        unique=True,
    )
    op.create_index(op.f("ix_certificate_tenant_id_valid_until"), "certificate", ["tenant_id", "valid_until"])
    op.create_index("ix_certificate_received", "certificate", ["to_tenant_id", "membership_id", "course_id"])
    op.create_index("ix_certificate_number", "certificate", ["number_hash"])
    for table, changed in (("registration", REGISTRATION_CHANGED), ("course_seat", SEAT_CHANGED)):
        enable(table)
        protect_each(table, Rules(READ_BY_ANOTHER, *[OWN] * 4))
        grant(table, ("SELECT", "INSERT"), changed)
    enable("certificate")
    protect_each("certificate", Rules(f"{READ_BY_ANOTHER} OR number_hash = {CREDENTIAL}", *[OWN] * 4))
    grant("certificate", ("SELECT", "INSERT"), CERTIFICATE_CHANGED)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
