"""The keys by which the centre finds its participants."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table('participant_key',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('participant_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('key', sa.String(length=170, collation='C'), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'participant_id'], ['participant.tenant_id', 'participant.id'], name=op.f('fk_participant_key_tenant_id_participant_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_participant_key'))
    )
    op.create_index('ix_participant_key_lookup', 'participant_key', ['tenant_id', 'kind', 'key', 'participant_id'], unique=False)
    op.create_index(op.f('ix_participant_key_tenant_id_participant_id'), 'participant_key', ['tenant_id', 'participant_id'], unique=False)
    protect("participant_key")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
