"""Who has read an instrument that is in review, and the documents behind certificates from before."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import OWN, TENANT, enable, grant, protect
from migrations.protection_v2 import Rules, protect_each

revision = "0032"
down_revision = "0031"

WRITTEN_ONCE = ("SELECT", "INSERT", "DELETE")


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def upgrade() -> None:
    note_readings()
    keep_evidence()


def note_readings() -> None:
    op.create_table(
        "instrument_reading",
        *kept(),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_reading")),
    )
    op.create_index(
        "uq_instrument_reading_member",
        "instrument_reading",
        ["tenant_id", "instrument_version_id", "membership_id"],
        unique=True,
    )
    protect("instrument_reading", WRITTEN_ONCE)


def keep_evidence() -> None:
    op.create_table(
        "certificate_evidence",
        *kept(),
        sa.Column("to_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_certificate_evidence")),
        sa.UniqueConstraint(
            "tenant_id", "certificate_id", name=op.f("uq_certificate_evidence_tenant_id_certificate_id")
        ),
        sa.CheckConstraint("kind IN ('pdf', 'jpeg', 'png')", name=op.f("ck_certificate_evidence_kind")),
    )
    op.create_index("ix_certificate_evidence_received", "certificate_evidence", ["to_tenant_id", "certificate_id"])
    enable("certificate_evidence")
    protect_each("certificate_evidence", Rules(f"{OWN} OR to_tenant_id = {TENANT}", *[OWN] * 4))
    grant("certificate_evidence", WRITTEN_ONCE)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
