"""What is typed while a note or a contact is corrected is kept too: one a member and entry."""

from alembic import op

revision = "0067"
down_revision = "0066"

NOBODY = "00000000-0000-0000-0000-000000000000"
FORMS = "'note', 'contact', 'note_edit', 'contact_edit'"
BEFORE = "uq_draft_tenant_id_person_id_membership_id_form"
UNIQUE = f"{BEFORE}_subject_id"
COLUMNS = "tenant_id, person_id, membership_id, form, subject_id"


def upgrade() -> None:
    # Each by itself, and each may be run again when it was cut off.
    with op.get_context().autocommit_block():
        op.execute(f"ALTER TABLE draft ADD COLUMN IF NOT EXISTS subject_id uuid DEFAULT '{NOBODY}' NOT NULL")
        # A check that allows more takes the place of one that allowed less.
        op.execute("-- squawk-ignore ban-drop-constraint\nALTER TABLE draft DROP CONSTRAINT IF EXISTS ck_draft_form")
        op.execute(f"ALTER TABLE draft ADD CONSTRAINT ck_draft_form CHECK (form IN ({FORMS})) NOT VALID")
        op.execute("ALTER TABLE draft VALIDATE CONSTRAINT ck_draft_form")
        op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE draft DROP CONSTRAINT IF EXISTS {UNIQUE}")
        # One that was cut off is still there, not valid, and belongs to no constraint.
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {UNIQUE}")
        op.execute(f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {UNIQUE} ON draft ({COLUMNS})")
        op.execute(f"ALTER TABLE draft ADD CONSTRAINT {UNIQUE} UNIQUE USING INDEX {UNIQUE}")
        op.execute(f"-- squawk-ignore ban-drop-constraint\nALTER TABLE draft DROP CONSTRAINT IF EXISTS {BEFORE}")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
