"""A referral knows by when its receiver gives news, and since when it waits for what is missing.

Its columns come with their indexes, which are made beside the requests: cut off in the middle, it is run again.
"""

from alembic import op

from migrations.online_v1 import add_index
from migrations.protection_v1 import APPLICATION

revision = "0077"
down_revision = "0076"


def upgrade() -> None:
    for name in ("last_news_on", "news_due_on", "asked_on"):
        op.execute(f"ALTER TABLE referral ADD COLUMN IF NOT EXISTS {name} DATE")
        op.execute(f"GRANT UPDATE ({name}) ON referral TO {APPLICATION}")
    op.execute("ALTER TABLE referral ADD COLUMN IF NOT EXISTS promised_on DATE")
    # Run again after an attempt that was cut off: the check is put up anew.
    op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE referral DROP CONSTRAINT IF EXISTS ck_referral_answer_due")
    put_off = "promised_on IS NULL OR answer_due_on <= promised_on + 28"
    op.execute(f"ALTER TABLE referral ADD CONSTRAINT ck_referral_answer_due CHECK ({put_off}) NOT VALID")
    op.execute(f"GRANT UPDATE (answer_due_on) ON referral TO {APPLICATION}")
    awaited = "news_due_on IS NOT NULL"
    add_index("ix_referral_news_due", "referral", ["to_tenant_id", "news_due_on", "id"], where=awaited)
    add_index("ix_referral_news_awaited", "referral", ["tenant_id", "news_due_on", "id"], where=awaited)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
