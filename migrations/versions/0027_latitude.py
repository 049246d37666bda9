"""What a platform changes in an instrument, which a filling keeps; of how many parts it has the centre reads the number."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import APPLICATION, protect

revision = "0027"
down_revision = "0026"

KEPT = ("SELECT", "INSERT")


def upgrade() -> None:
    op.create_table(
        "instrument_layer",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("layer", JSONB(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_layer")),
    )
    op.create_index(
        op.f("ix_instrument_layer_tenant_id_instrument_id_made_at"),
        "instrument_layer",
        ["tenant_id", "instrument_id", "made_at"],
    )
    protect("instrument_layer", KEPT)
    op.add_column("instrument_filling", sa.Column("layer_id", sa.Uuid(), nullable=True))
    op.add_column("instrument_adoption", sa.Column("local_parts", sa.BigInteger(), nullable=True))
    op.execute(f"GRANT UPDATE (local_parts) ON instrument_adoption TO {APPLICATION}")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
