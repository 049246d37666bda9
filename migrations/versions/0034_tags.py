"""Tags of files."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0034"
down_revision = "0033"


def kept(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    op.create_table(
        "tag",
        *kept("tag"),
        sa.Column("label", sa.String(length=30), nullable=False),
        sa.Column("key", sa.String(length=40, collation="C"), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_tag_tenant_id_key")),
    )
    protect("tag")
    op.create_table(
        "person_tag",
        *kept("person_tag"),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tag_id", sa.Uuid(), nullable=False),
        sa.Column("put_by", sa.String(length=120), nullable=False),
        sa.Column("put_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                ["tenant_id", f"{target}_id"],
                [f"{target}.tenant_id", f"{target}.id"],
                name=op.f(f"fk_person_tag_tenant_id_{target}_id"),
                ondelete="CASCADE",
            )
            for target in ("person", "tag")
        ),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "tag_id", name=op.f("uq_person_tag_tenant_id_person_id_tag_id")
        ),
    )
    op.create_index("ix_person_tag_tenant_id_tag_id_person_id", "person_tag", ["tenant_id", "tag_id", "person_id"])
    protect("person_tag", ("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
