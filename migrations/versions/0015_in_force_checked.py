"""The rows that were there before the key go with their referrals as well."""

from alembic import op

revision = "0015"
down_revision = "0014"

TABLES = ("parcel", "referral_event", "referral_message")


def upgrade() -> None:
    for table in ("referral", *TABLES):
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_in_force")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT fk_{table}_in_force")
