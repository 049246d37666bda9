"""One-time links for forgotten passwords."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import ALL, CREDENTIAL, USER, guard

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "password_reset",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_password_reset_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_password_reset")),
    )
    op.create_index(op.f("ix_password_reset_user_id"), "password_reset", ["user_id"], unique=False)
    guard("password_reset", f"user_id = {USER} OR token_hash = {CREDENTIAL}", ALL)
