"""Conditions of schemes: published, in preparation, and what a person said when they were asked."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import APPLICATION, protect, protect_publication

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    op.create_table(
        "eligibility_version",
        sa.Column("owner_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("published_by", sa.String(length=120), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_eligibility_version")),
        sa.ForeignKeyConstraint(
            ["owner_tenant_id", "scheme_id"],
            ["scheme.owner_tenant_id", "scheme.id"],
            name=op.f("fk_eligibility_version_owner_tenant_id_scheme_id"),
        ),
        sa.UniqueConstraint(
            "owner_tenant_id", "scheme_id", "number", name=op.f("uq_eligibility_version_owner_tenant_id_scheme_id_number")
        ),
    )
    op.create_index(
        op.f("ix_eligibility_version_basin_id_scheme_id_number"),
        "eligibility_version",
        ["basin_id", "scheme_id", "number"],
    )
    protect_publication("eligibility_version")
    # A version that was published never changes: answers name it.
    op.execute(f"REVOKE UPDATE, DELETE ON eligibility_version FROM {APPLICATION}")
    op.create_table(
        "eligibility_draft",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_id", sa.Uuid(), nullable=False),
        sa.Column("rules", JSONB(), nullable=False),
        sa.Column("saved_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_eligibility_draft")),
        sa.UniqueConstraint("tenant_id", "scheme_id", name=op.f("uq_eligibility_draft_tenant_id_scheme_id")),
    )
    protect("eligibility_draft")
    op.create_table(
        "declared_fact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("answer", sa.Boolean(), nullable=True),
        sa.Column("said_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_declared_fact")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_declared_fact_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        op.f("ix_declared_fact_tenant_id_person_id_code_created_at"),
        "declared_fact",
        ["tenant_id", "person_id", "code", "created_at"],
    )
    # Its person alone changes, when two files become one.
    protect("declared_fact", ("SELECT", "INSERT"), ("person_id",))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
