"""A note and a contact may say what they are about; health and justice are no theme, since it stands in the clear."""

from alembic import op

revision = "0066"
down_revision = "0065"

TABLES = ("note", "earlier_note", "contact", "earlier_contact", "note_template")


def upgrade() -> None:
    # Each by itself: who writes into one of them waits for one lock. Cut off, it is run again.
    with op.get_context().autocommit_block():
        for table in TABLES:
            name = f"ck_{table}_theme"
            op.execute(f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS theme varchar(20)")
            op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
            check = "theme NOT IN ('health', 'justice')"
            op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({check}) NOT VALID")
            op.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
