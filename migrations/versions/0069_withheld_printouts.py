"""A printout that says a text which is sealed elsewhere is opened by who reads that text alone."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    op.add_column("printout", sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
