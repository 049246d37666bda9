"""Sensitive facts, sealed; who opened them with a reason; a status that tells of health, sealed beside the card."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0041"
down_revision = "0040"

KEPT = ("SELECT", "INSERT")
ERASED = ("SELECT", "INSERT", "DELETE")


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


def kept() -> list[sa.Column[object]]:
    return [
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
    ]


def upgrade() -> None:
    # Migrations hold no key: the job person.seal_statuses fills this for the people who are there.
    op.add_column("person", sa.Column("status_sealed", sa.LargeBinary(), nullable=True))
    op.create_table(
        "sensitive_fact",
        *kept(),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        *of_a_person("sensitive_fact"),
    )
    op.create_index(
        op.f("ix_sensitive_fact_tenant_id_person_id_noted_at"), "sensitive_fact", ["tenant_id", "person_id", "noted_at"]
    )
    op.create_index(op.f("ix_sensitive_fact_tenant_id_keep_until"), "sensitive_fact", ["tenant_id", "keep_until"])
    protect("sensitive_fact", ERASED)
    op.create_table(
        "sensitive_opening",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("open_until", sa.DateTime(timezone=True), nullable=False),
        *of_a_person("sensitive_opening"),
    )
    op.create_index(
        op.f("ix_sensitive_opening_tenant_id_person_id_opened_at"),
        "sensitive_opening",
        ["tenant_id", "person_id", "opened_at"],
    )
    protect("sensitive_opening", KEPT)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
