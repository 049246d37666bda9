"""Links by which someone without an account sends one document."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    op.add_column("paper", sa.Column("link_opened_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "paper_link",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_paper_link")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "paper_id"],
            ["paper.tenant_id", "paper.id"],
            name=op.f("fk_paper_link_tenant_id_paper_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("tenant_id", "token_hash", name=op.f("uq_paper_link_tenant_id_token_hash")),
        sa.UniqueConstraint("tenant_id", "paper_id", name=op.f("uq_paper_link_tenant_id_paper_id")),
    )
    protect("paper_link", ("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
