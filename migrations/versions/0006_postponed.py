"""What a member puts off on their day, until when."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table('postponed',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=120), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('until', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'membership_id'], ['membership.tenant_id', 'membership.id'], name=op.f('fk_postponed_tenant_id_membership_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_postponed_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_postponed')),
    sa.UniqueConstraint('tenant_id', 'membership_id', 'source', 'subject', name=op.f('uq_postponed_tenant_id_membership_id_source_subject'))
    )
    op.create_index(op.f('ix_postponed_tenant_id_person_id'), 'postponed', ['tenant_id', 'person_id'], unique=False)
    protect("postponed")
