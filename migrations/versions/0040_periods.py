"""What was so of a person and since when, what changed, what they did; the name that someone was born with."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import protect

revision = "0040"
down_revision = "0039"

KEPT = ("SELECT", "INSERT")


def kept() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
    ]


def of_a_person(table: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f(f"fk_{table}_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
    ]


def upgrade() -> None:
    # A person whose facts never changed has no period: the card says what is so, so no card is read or locked here.
    op.add_column("person", sa.Column("birth_name", sa.String(length=80), nullable=True))
    keep_periods()
    keep_changes()
    keep_episodes()


def keep_periods() -> None:
    op.create_table(
        "person_period",
        *kept(),
        sa.Column("fact", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=True),
        sa.Column("value", JSONB(none_as_null=True), nullable=True),
        *of_a_person("person_period"),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "fact", "since", name="uq_person_period_since", postgresql_nulls_not_distinct=True
        ),
    )
    protect("person_period")


def keep_changes() -> None:
    op.create_table(
        "person_change",
        *kept(),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        *of_a_person("person_change"),
    )
    op.create_index(
        op.f("ix_person_change_tenant_id_person_id_changed_at"),
        "person_change",
        ["tenant_id", "person_id", "changed_at"],
    )
    protect("person_change", KEPT)


def keep_episodes() -> None:
    op.create_table(
        "episode",
        *kept(),
        sa.Column("kind", sa.String(length=14), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("occupation_scheme", sa.String(length=12), nullable=True),
        sa.Column("occupation_code", sa.String(length=8), nullable=True),
        sa.Column("occupation_label", sa.String(length=250), nullable=True),
        sa.Column("organisation", sa.String(length=120), nullable=True),
        sa.Column("place", sa.String(length=80), nullable=True),
        sa.Column("contract", sa.String(length=14), nullable=True),
        sa.Column("weekly_hours", sa.SmallInteger(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("detail", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *of_a_person("episode"),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_episode_order")),
    )
    op.create_index(op.f("ix_episode_tenant_id_person_id_since"), "episode", ["tenant_id", "person_id", "since"])
    protect("episode")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
