"""A file that came while the virus scanner gave no answer is scanned afterwards."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import APPLICATION

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    op.add_column("paper_file", sa.Column("scan_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("paper_file", sa.Column("infected_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(f"GRANT UPDATE (scanned, scan_due_at, infected_at) ON paper_file TO {APPLICATION}")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
