"""A referral that comes back with advice says which other scheme the receiver proposes."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    op.add_column("referral", sa.Column("advised_scheme_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("referral", "advised_scheme_id")
