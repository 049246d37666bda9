"""Whether what crosses a border is in force, beside when it was withdrawn: never NULL, so that a key can hold it.

What was withdrawn before is filled in by 0015, beside the requests.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

TABLES = ("referral", "parcel", "referral_event", "referral_message")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("in_force", sa.Boolean(), server_default=sa.true(), nullable=False))
        op.execute(f"GRANT UPDATE (in_force) ON {table} TO clais_app")
    for table in TABLES:
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT ck_{table}_in_force"
            " CHECK (in_force OR withdrawn_at IS NOT NULL) NOT VALID"
        )
