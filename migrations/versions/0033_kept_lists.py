"""Views of the list of files that members keep, and the lists that leave as files while the worker writes them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import protect

revision = "0033"
down_revision = "0032"


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def of_member(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "membership_id"],
            ["membership.tenant_id", "membership.id"],
            name=op.f(f"fk_{table}_tenant_id_membership_id"),
        ),
    ]


def upgrade() -> None:
    op.create_table(
        "saved_view",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("arguments", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        *of_member("saved_view"),
        sa.UniqueConstraint(
            "tenant_id", "membership_id", "label", name=op.f("uq_saved_view_tenant_id_membership_id_label")
        ),
    )
    protect("saved_view")
    op.create_table(
        "list_export",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("wanted", JSONB(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        *of_member("list_export"),
        sa.CheckConstraint("kind IN ('xlsx', 'csv')", name=op.f("ck_list_export_kind")),
    )
    op.create_index(
        "ix_list_export_tenant_id_membership_id_asked_at", "list_export", ["tenant_id", "membership_id", "asked_at"]
    )
    op.create_index("ix_list_export_tenant_id_ends_at", "list_export", ["tenant_id", "ends_at"])
    protect("list_export")
    op.create_table(
        "list_export_part",
        *kept(),
        sa.Column("export_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_list_export_part")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "export_id"],
            ["list_export.tenant_id", "list_export.id"],
            name=op.f("fk_list_export_part_tenant_id_export_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "tenant_id", "export_id", "number", name=op.f("uq_list_export_part_tenant_id_export_id_number")
        ),
    )
    protect("list_export_part", ("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
