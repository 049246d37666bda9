"""Files that change hands with a word, and the day on which a step of a referral happened."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table('hand_over',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('from_membership_id', sa.Uuid(), nullable=True),
    sa.Column('to_membership_id', sa.Uuid(), nullable=False),
    sa.Column('to_name', sa.String(length=120), nullable=False),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('word', sa.String(length=500), nullable=True),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'from_membership_id'], ['membership.tenant_id', 'membership.id'], name=op.f('fk_hand_over_tenant_id_from_membership_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_hand_over_tenant_id_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'to_membership_id'], ['membership.tenant_id', 'membership.id'], name=op.f('fk_hand_over_tenant_id_to_membership_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_hand_over'))
    )
    op.create_index(op.f('ix_hand_over_tenant_id_person_id_happened_at'), 'hand_over', ['tenant_id', 'person_id', 'happened_at'], unique=False)
    protect("hand_over")
    op.add_column('referral_event', sa.Column('happened_on', sa.Date(), nullable=True))
