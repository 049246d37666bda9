"""A value by which a wrong keyring is known, and who may make an administrator."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import ADMINISTERS, grant, policy

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "keyring_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("lookup_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keyring_check")),
    )
    grant("keyring_check", ("SELECT", "INSERT"))
    policy("user_account", "floor_insert", "INSERT", f"NOT administers OR {ADMINISTERS}", restrictive=True)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
