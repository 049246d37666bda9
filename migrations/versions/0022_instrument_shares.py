"""How many files of a platform an instrument was filled in for: counts alone, which the centre reads."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import APPLICATION

revision = "0022"
down_revision = "0021"

TABLE = "instrument_adoption"
COUNTS = ("files", "files_in_use", "files_open")


def upgrade() -> None:
    for name in COUNTS:
        op.add_column(TABLE, sa.Column(name, sa.BigInteger(), nullable=True))
    op.add_column(TABLE, sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"GRANT UPDATE ({', '.join(COUNTS)}, counted_at) ON {TABLE} TO {APPLICATION}")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
