"""Documents of people: asked for, received, answered; their contents lie outside of the database."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0036"
down_revision = "0035"


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def upgrade() -> None:
    op.create_table(
        "paper",
        *kept(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=True),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("original_seen", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("signed_how", sa.String(length=12), nullable=True),
        sa.Column("signed_by", sa.String(length=120), nullable=True),
        sa.Column("pieces", sa.SmallInteger(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_paper")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_paper_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "replaces_id"],
            ["paper.tenant_id", "paper.id"],
            name=op.f("fk_paper_tenant_id_replaces_id"),
        ),
        sa.CheckConstraint(
            "expires_on IS NULL OR issued_on IS NULL OR expires_on >= issued_on", name=op.f("ck_paper_expires_on")
        ),
    )
    op.create_index("ix_paper_tenant_id_person_id_changed_at", "paper", ["tenant_id", "person_id", "changed_at"])
    op.create_index("ix_paper_tenant_id_replaces_id", "paper", ["tenant_id", "replaces_id"])
    protect("paper")
    op.create_table(
        "paper_file",
        *kept(),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("pages", sa.SmallInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("scanned", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_paper_file")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "paper_id"],
            ["paper.tenant_id", "paper.id"],
            name=op.f("fk_paper_file_tenant_id_paper_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("kind IN ('pdf', 'jpeg')", name=op.f("ck_paper_file_kind")),
    )
    op.create_index("ix_paper_file_tenant_id_paper_id_place", "paper_file", ["tenant_id", "paper_id", "place"])
    protect("paper_file", ("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
