"""Whether a consent ended because the referral was sent by mistake, and not because the person changed their mind."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("withdrawal", sa.Column("never_meant", sa.Boolean(), server_default=sa.false(), nullable=False))
