"""The goal of an orientation is sealed as that of a plan is; the words of a signature go with what they told of; a
signed plan that was scanned is shut where it says what is sealed.
"""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import APPLICATION

revision = "0075"
down_revision = "0074"


def upgrade() -> None:
    op.add_column("orientation_decision", sa.Column("goal_withheld_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("paper", sa.Column("withheld_at", sa.DateTime(timezone=True), nullable=True))
    # The hash of what was signed stays as it is: it proves that nothing else is put in its place.
    op.execute(f"GRANT UPDATE (sealed) ON plan_signature TO {APPLICATION}")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
