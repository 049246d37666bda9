"""What is learnt of obstacles between two bilans."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    op.create_table(
        "obstacle_change",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("dimension", sa.String(length=20), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("noticed_by", sa.String(length=10), nullable=True),
        sa.Column("lifted_how", sa.String(length=10), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_obstacle_change")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_obstacle_change_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("level BETWEEN -3 AND 0", name=op.f("ck_obstacle_change_level")),
        sa.CheckConstraint("(level = 0) = (lifted_how IS NOT NULL)", name=op.f("ck_obstacle_change_lifted")),
        sa.CheckConstraint("dimension NOT IN ('health', 'justice')", name=op.f("ck_obstacle_change_dimension")),
    )
    op.create_index(
        op.f("ix_obstacle_change_tenant_id_person_id_seen_on"), "obstacle_change", ["tenant_id", "person_id", "seen_on"]
    )
    # Its person alone changes, when two files become one.
    protect("obstacle_change", ("SELECT", "INSERT"), ("person_id",))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
