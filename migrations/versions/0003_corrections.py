"""What notes and contacts said before they were corrected."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.protection_v1 import protect

revision = "0003"
down_revision = "0002"

KEPT = ("SELECT", "INSERT")


def upgrade() -> None:
    op.add_column("note", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact", sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "earlier_note",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("note_id", sa.Uuid(), nullable=False),
        sa.Column("note_class", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("readers", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "note_class IN ('fact', 'shareable', 'confidence')", name=op.f("ck_earlier_note_note_class")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "note_id"],
            ["note.tenant_id", "note.id"],
            name=op.f("fk_earlier_note_tenant_id_note_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_earlier_note")),
    )
    op.create_index(
        op.f("ix_earlier_note_tenant_id_note_id_written_at"), "earlier_note", ["tenant_id", "note_id", "written_at"]
    )
    op.create_table(
        "earlier_contact",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("summary", sa.String(length=1000), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "contact_id"],
            ["contact.tenant_id", "contact.id"],
            name=op.f("fk_earlier_contact_tenant_id_contact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_earlier_contact")),
    )
    op.create_index(
        op.f("ix_earlier_contact_tenant_id_contact_id_written_at"),
        "earlier_contact",
        ["tenant_id", "contact_id", "written_at"],
    )
    protect("earlier_note", KEPT)
    protect("earlier_contact", KEPT)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
