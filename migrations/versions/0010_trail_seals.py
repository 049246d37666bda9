"""Seals over the trail, the order in which its records are sealed, and whom lists showed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import UserDefinedType

from migrations.protection_v1 import USER, policy, protect

revision = "0010"
down_revision = "0009"

NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"
WRITTEN = (
    "tenant_id", "id", "happened_at", "user_id", "membership_id", "actor_name", "verb", "subject_type", "subject_id",
    "person_id", "details", "request_id", "listed",
)  # fmt: skip


class TransactionId(UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **_options):
        return "xid8"


def upgrade() -> None:
    # The default is not volatile: the rows that are there get the number of this transaction without being rewritten.
    op.add_column("audit_event", sa.Column("transaction_id", TransactionId(), server_default=sa.text("pg_current_xact_id()"), nullable=False))
    op.add_column("audit_event", sa.Column("listed", postgresql.ARRAY(sa.Uuid()), nullable=True))
    op.create_table('audit_seal',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('era', sa.BigInteger(), nullable=False),
    sa.Column('transaction_id', TransactionId(), nullable=False),
    sa.Column('last_id', sa.Uuid(), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('key_id', sa.String(length=32), nullable=False),
    sa.Column('links', sa.LargeBinary(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('sealed_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_audit_seal')),
    sa.UniqueConstraint('tenant_id', 'number', name=op.f('uq_audit_seal_tenant_id_number'))
    )
    protect("audit_seal", ("SELECT", "INSERT"))
    # In whose name: one's own, or nobody's, as jobs and commands write. Limits an hour are counted from these records.
    nobodys = f"user_id = {NOBODY} AND membership_id = {NOBODY}"
    policy("audit_event", "floor_insert", "INSERT", f"user_id = {USER} OR ({nobodys})", restrictive=True)
    # The database alone says which transaction writes a record: with another number no seal would ever cover it.
    op.execute("REVOKE INSERT ON audit_event FROM clais_app")
    op.execute(f"GRANT INSERT ({', '.join(WRITTEN)}) ON audit_event TO clais_app")
