"""Why a referral closed to its receiver, and how it had ended: what remains there once its content does not."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column(
        "withdrawal", sa.Column("cause", sa.String(length=12), server_default="withdrawn", nullable=False)
    )
    op.add_column("withdrawal", sa.Column("outcome", sa.String(length=20), nullable=True))
    op.add_column("withdrawal", sa.Column("scheme_id", sa.Uuid(), nullable=True))
