"""Every printout is of a kind that there is."""

from alembic import op

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    op.execute("ALTER TABLE printout VALIDATE CONSTRAINT ck_printout_kind")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
