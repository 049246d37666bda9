"""What was withdrawn meanwhile by servers of before is not in force either; all rows go with their referrals."""

from alembic import op

revision = "0015"
down_revision = "0014"

TABLES = ("referral", "parcel", "referral_event", "referral_message")


def upgrade() -> None:
    for table in TABLES:
        # Its owner stands under row security too, except here: rows are filled in, and looked at, past it.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    for table in TABLES:
        op.execute(f"UPDATE {table} SET in_force = false WHERE withdrawn_at IS NOT NULL AND in_force")
    op.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_in_force")
        if table != "referral":
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT fk_{table}_in_force")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
