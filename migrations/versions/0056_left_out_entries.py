"""A note, a contact or a reception that was encoded by mistake is kept, and left out of all that is read."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    for table in ("note", "contact", "intake", "instrument_filling"):
        op.add_column(table, sa.Column("left_out_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
