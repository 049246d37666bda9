"""A value by which a wrong keyring is known; who may make an administrator, and where a session or token may lead."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import ADMINISTERS, TENANT, USER, grant, policy

revision = "0009"
down_revision = "0008"

NOWHERE = "active_tenant_id = '00000000-0000-0000-0000-000000000000'"
HERE = f"active_tenant_id = {TENANT}"
NO_ADMINISTRATOR = "role <> 'federation_admin'"
SESSION = f"user_id = {USER} AND ({NOWHERE} OR {HERE}) AND ({NO_ADMINISTRATOR} OR {ADMINISTERS})"
"""A session is a copy of a right that is read at each request: nobody writes one for elsewhere, or for someone else."""
SESSION_CHANGES = ("last_seen_at", "language")


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
    op.execute("REVOKE UPDATE ON user_session, api_token FROM clais_app")
    op.execute(f"GRANT UPDATE ({', '.join(SESSION_CHANGES)}) ON user_session TO clais_app")
    op.execute("GRANT UPDATE (revoked_at) ON api_token TO clais_app")
    policy("user_session", "floor_insert", "INSERT", SESSION, restrictive=True)
    policy("api_token", "floor_insert", "INSERT", f"user_id = {USER} AND {HERE} AND {NO_ADMINISTRATOR}", restrictive=True)
    for table in ("invitation", "password_reset"):
        policy(table, "floor_insert", "INSERT", f"user_id = {USER}", restrictive=True)
    policy("user_account", "floor_insert", "INSERT", f"NOT administers OR {ADMINISTERS}", restrictive=True)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
