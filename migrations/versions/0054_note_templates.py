"""Templates of notes and contacts."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    op.create_table(
        "note_template",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("note_class", sa.String(length=12), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.Column("minutes", sa.SmallInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_note_template")),
        sa.UniqueConstraint("tenant_id", "form", "label", name=op.f("uq_note_template_tenant_id_form_label")),
        sa.CheckConstraint("form IN ('note', 'contact')", name=op.f("ck_note_template_form")),
    )
    protect("note_template")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
