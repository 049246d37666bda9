"""When members work and how many files they follow, when they are away, whom people want as their referent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import protect

revision = "0037"
down_revision = "0036"


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def edited() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    ]


def of_a_member(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "membership_id"],
        ["membership.tenant_id", "membership.id"],
        name=op.f(f"fk_{table}_tenant_id_membership_id"),
    )


def upgrade() -> None:
    keep_patterns()
    keep_absences()
    keep_wishes()


def keep_patterns() -> None:
    op.create_table(
        "working_pattern",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("half_days", JSONB(), nullable=False),
        sa.Column("ceiling", sa.SmallInteger(), nullable=True),
        sa.Column("languages", JSONB(), nullable=False),
        sa.Column("request_kinds", JSONB(), nullable=False),
        sa.Column("takes_newcomers", sa.Boolean(), nullable=False),
        *edited(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_working_pattern")),
        of_a_member("working_pattern"),
        sa.UniqueConstraint("tenant_id", "membership_id", name=op.f("uq_working_pattern_tenant_id_membership_id")),
        sa.CheckConstraint("ceiling BETWEEN 1 AND 500", name=op.f("ck_working_pattern_ceiling")),
    )
    protect("working_pattern")


def keep_absences() -> None:
    op.create_table(
        "absence",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        *edited(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_absence")),
        of_a_member("absence"),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_absence_order")),
    )
    op.create_index(op.f("ix_absence_tenant_id_ends_on"), "absence", ["tenant_id", "ends_on"])
    op.execute(
        "ALTER TABLE absence ADD CONSTRAINT ex_absence_overlap EXCLUDE USING gist"
        " (tenant_id WITH =, membership_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
    )
    protect("absence")


def keep_wishes() -> None:
    op.create_table(
        "referent_wish",
        *kept(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("wish", sa.String(length=10), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_referent_wish")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_referent_wish_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        of_a_member("referent_wish"),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "membership_id", name=op.f("uq_referent_wish_tenant_id_person_id_membership_id")
        ),
        sa.CheckConstraint("wish IN ('asked', 'not_again')", name=op.f("ck_referent_wish_wish")),
    )
    protect("referent_wish")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
