"""The hours of a partner, for who is directed there; a mail whose address was typed for it alone forgets it."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    op.add_column("partner", sa.Column("hours", sa.String(length=200), nullable=True))
    op.add_column(
        "outbox_message", sa.Column("forgets_recipient", sa.Boolean(), server_default=sa.false(), nullable=False)
    )


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
