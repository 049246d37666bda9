"""Templates of plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import protect

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    op.create_table(
        "plan_template",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("label", sa.String(length=60), nullable=False),
        sa.Column("goal", sa.String(length=300), nullable=True),
        sa.Column("dimension", sa.String(length=20), nullable=True),
        sa.Column("steps", JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plan_template")),
        sa.UniqueConstraint("tenant_id", "label", name=op.f("uq_plan_template_tenant_id_label")),
    )
    protect("plan_template")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
