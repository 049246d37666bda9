"""A referral that comes back with advice says which other scheme the receiver proposes."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import APPLICATION

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    op.add_column("referral", sa.Column("advised_scheme_id", sa.Uuid(), nullable=True))
    op.execute(f"GRANT UPDATE (advised_scheme_id) ON referral TO {APPLICATION}")


def downgrade() -> None:
    op.drop_column("referral", "advised_scheme_id")
