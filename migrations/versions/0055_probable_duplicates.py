"""The pairs of files that look like one person's, for whoever decides about them."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0055"
down_revision = "0054"


def of_person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        ["person.tenant_id", "person.id"],
        name=op.f(f"fk_probable_duplicate_tenant_id_{column}"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "probable_duplicate",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("strength", sa.SmallInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        of_person("person_id"),
        of_person("other_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_probable_duplicate")),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "other_id", name=op.f("uq_probable_duplicate_tenant_id_person_id_other_id")
        ),
    )
    op.create_index(op.f("ix_probable_duplicate_tenant_id_other_id"), "probable_duplicate", ["tenant_id", "other_id"])
    op.create_index(
        op.f("ix_probable_duplicate_tenant_id_strength_id"), "probable_duplicate", ["tenant_id", "strength", "id"]
    )
    protect("probable_duplicate")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
