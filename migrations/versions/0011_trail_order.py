"""The index by which the trail is sealed and counted, and that of the lists that showed names."""

from alembic import op

from migrations.online_v1 import add_index

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    add_index("ix_audit_event_sealing", "audit_event", ["tenant_id", "transaction_id", "id"])
    add_index("ix_audit_event_lists", "audit_event", ["tenant_id", "happened_at"], where="verb = 'people.listed'")
