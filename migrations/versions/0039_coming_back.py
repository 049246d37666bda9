"""Who comes back: when they last said that nothing has changed, and to whom."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    op.add_column("person", sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("person", sa.Column("confirmed_by", sa.String(length=120), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
