"""Free texts that tell of health, origin, disability or convictions are sealed in place of their column."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    op.add_column("sensitive_fact", sa.Column("subject", sa.String(length=32), nullable=True))
    op.add_column("sensitive_fact", sa.Column("subject_id", sa.Uuid(), nullable=True))
    for table, columns in (
        ("action_plan", ("goal_withheld_at", "signed_withheld_at")),
        ("plan_objective", ("text_withheld_at",)),
        ("appointment", ("note_withheld_at",)),
    ):
        for column in columns:
            op.add_column(table, sa.Column(column, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
