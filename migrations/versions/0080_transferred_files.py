"""The file of a person goes from one platform to another: a referral of its own kind, and where a file came from."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    op.add_column("referral", sa.Column("kind", sa.String(length=12), server_default="scheme", nullable=False))
    op.execute("ALTER TABLE referral ADD CONSTRAINT ck_referral_kind CHECK (kind IN ('scheme', 'transfer')) NOT VALID")
    op.create_table(
        "file_arrival",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("from_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("taken_by", sa.String(length=120), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_file_arrival")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_file_arrival_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "referral_id", name=op.f("uq_file_arrival_tenant_id_person_id_referral_id")
        ),
    )
    op.create_index(op.f("ix_file_arrival_tenant_id_referral_id"), "file_arrival", ["tenant_id", "referral_id"])
    protect("file_arrival")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
