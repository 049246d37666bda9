"""What was withdrawn before is not in force, in small transactions beside the requests; then all rows are checked."""

import sqlalchemy as sa
from alembic import op

from migrations.online_v1 import beside_requests

revision = "0015"
down_revision = "0014"

WITH_IT = ("parcel", "referral_event", "referral_message")
TABLES = ("referral", *WITH_IT)
# A referral and all that goes with it at once: the key between them is asked at the end of each statement.
NEXT = (
    "WITH next AS (SELECT tenant_id, id, withdrawn_at FROM referral"
    " WHERE withdrawn_at IS NOT NULL AND in_force LIMIT 200 FOR UPDATE), "
    + ", ".join(
        f"{table}_done AS (UPDATE {table} SET in_force = false,"
        f" withdrawn_at = COALESCE({table}.withdrawn_at, next.withdrawn_at) FROM next"
        f" WHERE {table}.tenant_id = next.tenant_id AND {table}.referral_id = next.id)"
        for table in WITH_IT
    )
    + " UPDATE referral SET in_force = false FROM next"
    " WHERE referral.tenant_id = next.tenant_id AND referral.id = next.id"
)


def upgrade() -> None:
    # Cut off in the middle, the migration is run again.
    with beside_requests():
        fill()
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT ck_{table}_in_force")
    for table in WITH_IT:
        op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT fk_{table}_in_force")
    # The owner stands under row security again. Last, since only this keeps requests out, for a moment.
    op.execute("SET LOCAL lock_timeout = '400ms'")
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def fill() -> None:
    if op.get_context().as_sql:
        op.execute(NEXT)
        return
    while op.get_bind().execute(sa.text(NEXT)).rowcount:
        pass
