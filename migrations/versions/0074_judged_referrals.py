"""By which conditions a referral was judged, and how many of them were met: said when it is sent, never changed."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"


def upgrade() -> None:
    op.add_column("referral", sa.Column("eligibility_version_id", sa.Uuid(), nullable=True))
    for name in ("conditions_met", "conditions_unmet", "conditions_to_ask"):
        op.add_column("referral", sa.Column(name, sa.SmallInteger(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
