"""A note, a contact or a reception that was encoded by mistake is kept, and left out of all that is read."""

from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    # Each by itself: who writes into one of them waits for one lock, not for four. Cut off, it is run again.
    with op.get_context().autocommit_block():
        for table in ("note", "contact", "intake", "instrument_filling"):
            op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS left_out_at TIMESTAMP WITH TIME ZONE")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
