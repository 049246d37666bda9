"""The index by which the trail is sealed and counted, and that of the people whom lists showed."""

from alembic import op

from migrations.online_v1 import add_index, beside_requests

revision = "0008a"
down_revision = "0008"

LISTED = "ix_audit_event_listed"


def upgrade() -> None:
    add_index("ix_audit_event_sealing", "audit_event", ["tenant_id", "transaction_id", "id"])
    # An index of arrays, which `add_index` does not make.
    with beside_requests():
        op.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {LISTED}")
        op.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {LISTED} ON audit_event USING gin (listed) WHERE verb = 'people.listed'")
