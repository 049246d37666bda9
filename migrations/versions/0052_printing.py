"""What is given on paper, with the version of its template and its hash; the address that its head shows."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    op.add_column("tenant", sa.Column("contact_address", sa.String(length=200), nullable=True))
    op.create_table(
        "printout",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("template_version", sa.String(length=12), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pdf_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_printout")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_printout_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f("fk_printout_tenant_id_membership_id"),
        ),
        sa.CheckConstraint("kind IN ('summons', 'plan', 'contract', 'summary')", name=op.f("ck_printout_kind")),
        sa.CheckConstraint(
            "made_at IS NULL OR (pdf_hash IS NOT NULL AND failed_at IS NULL)", name=op.f("ck_printout_made")
        ),
    )
    op.create_index(op.f("ix_printout_tenant_id_person_id_asked_at"), "printout", ["tenant_id", "person_id", "asked_at"])
    op.create_index(op.f("ix_printout_tenant_id_subject_id"), "printout", ["tenant_id", "subject_id"])
    op.create_index(op.f("ix_printout_tenant_id_ends_at"), "printout", ["tenant_id", "ends_at"])
    protect("printout", ("SELECT", "INSERT", "UPDATE"))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
