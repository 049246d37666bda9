"""Every printout is of a kind that there is, and every template for a form."""

from alembic import op

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    op.execute("ALTER TABLE printout VALIDATE CONSTRAINT ck_printout_kind")
    op.execute("ALTER TABLE note_template VALIDATE CONSTRAINT ck_note_template_form")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
