"""A session that is in someone else's hands for a while: which page it opens, and since when."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.add_column("user_session", sa.Column("handed_to", sa.String(length=300), nullable=True))
    op.add_column("user_session", sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("GRANT UPDATE (handed_to, handed_at) ON user_session TO clais_app")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
