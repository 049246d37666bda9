"""The ground floor: every table, each protected by one call."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.protection_v1 import (
    ALL, CREDENTIAL, EMAIL, TENANT, USER, WRITTEN_HERE, grant, guard, protect, protect_between_two, protect_for_reader, protect_publication,
    protect_registry, withdraw_once,
)

revision = "0001"
down_revision = None

REFERRAL_MOVES = (
    "state", "updated_at", "version", "last_moved_at", "reason", "result", "result_note", "withdrawn_at",
)
"""What may change once a referral exists; who sent what to whom, for whom, until when and with which promise may not."""
ACCOUNT_CHANGES = ("password_hash", "password_changed_at", "language", "disabled_at", "updated_at")
"""What may change of an account; nobody who has one is made an administrator, nor takes over another's address."""


def upgrade() -> None:
    op.create_table('audit_event',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('verb', sa.String(length=60), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('details', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('request_id', sa.String(length=36), nullable=True),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_audit_event'))
    )
    op.create_index('ix_audit_event_of_nobody', 'audit_event', ['tenant_id', 'subject_id', 'happened_at'], unique=False, postgresql_where='person_id IS NULL')
    op.create_index(op.f('ix_audit_event_tenant_id_happened_at'), 'audit_event', ['tenant_id', 'happened_at'], unique=False)
    op.create_index(op.f('ix_audit_event_tenant_id_membership_id_happened_at'), 'audit_event', ['tenant_id', 'membership_id', 'happened_at'], unique=False)
    op.create_index(op.f('ix_audit_event_tenant_id_person_id_happened_at'), 'audit_event', ['tenant_id', 'person_id', 'happened_at'], unique=False)
    op.create_table('basin',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_basin'))
    )
    op.create_table('information_request',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('topic', sa.String(length=30), nullable=False),
    sa.Column('sex', sa.String(length=10), nullable=True),
    sa.Column('age_band', sa.String(length=12), nullable=True),
    sa.Column('postal_code', sa.String(length=4), nullable=True),
    sa.Column('answer', sa.String(length=30), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=True),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_information_request'))
    )
    op.create_index(op.f('ix_information_request_tenant_id_received_on'), 'information_request', ['tenant_id', 'received_on'], unique=False)
    op.create_table('job_run',
    sa.Column('job', sa.String(length=60), nullable=False),
    sa.Column('slot', sa.DateTime(timezone=True), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failures', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('job', 'slot', name=op.f('pk_job_run'))
    )
    op.create_table('municipality',
    sa.Column('nis_code', sa.String(length=5), nullable=False),
    sa.Column('name_french', sa.String(length=80), nullable=False),
    sa.Column('name_dutch', sa.String(length=80), nullable=True),
    sa.Column('province', sa.String(length=60), nullable=True),
    sa.Column('region', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('nis_code', name=op.f('pk_municipality'))
    )
    op.create_table('occupation',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('scheme', sa.String(length=12), nullable=False),
    sa.Column('scheme_version', sa.String(length=8), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('label', sa.String(length=250), nullable=False),
    sa.Column('is_appellation', sa.Boolean(), nullable=False),
    sa.Column('search_key', sa.String(length=250, collation='C'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_occupation'))
    )
    op.create_index(op.f('ix_occupation_scheme_code'), 'occupation', ['scheme', 'code'], unique=False)
    op.create_index(op.f('ix_occupation_search_key'), 'occupation', ['search_key'], unique=False)
    op.create_table('outbox_message',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('dedupe_key', sa.String(length=120), nullable=False),
    sa.Column('recipient', sa.String(length=200), nullable=False),
    sa.Column('subject', sa.String(length=200), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('failure', sa.String(length=60), nullable=True),
    sa.CheckConstraint("state <> 'handed_over' OR handed_at IS NOT NULL", name=op.f('ck_outbox_message_handed_at')),
    sa.CheckConstraint("state IN ('waiting', 'sending', 'handed_over', 'sent', 'failed', 'settled')", name=op.f('ck_outbox_message_state')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_outbox_message')),
    sa.UniqueConstraint('tenant_id', 'dedupe_key', name=op.f('uq_outbox_message_tenant_id_dedupe_key'))
    )
    op.create_index('ix_outbox_message_waiting', 'outbox_message', ['tenant_id', 'due_at'], unique=False, postgresql_where="state IN ('waiting', 'sending')")
    op.create_table('participant',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('from_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('from_name', sa.String(length=120), nullable=False),
    sa.Column('display_name', sa.String(length=170), nullable=False),
    sa.Column('sort_name', sa.String(length=170, collation='C'), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('opened_on', sa.Date(), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_participant')),
    sa.UniqueConstraint('tenant_id', 'reference', name=op.f('uq_participant_tenant_id_reference')),
    sa.UniqueConstraint('tenant_id', 'referral_id', name=op.f('uq_participant_tenant_id_referral_id'))
    )
    op.create_index(op.f('ix_participant_tenant_id_sort_name_id'), 'participant', ['tenant_id', 'sort_name', 'id'], unique=False)
    op.create_index(op.f('ix_participant_tenant_id_state_sort_name_id'), 'participant', ['tenant_id', 'state', 'sort_name', 'id'], unique=False)
    op.create_table('partner',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('is_member', sa.Boolean(), nullable=False),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('address', sa.String(length=200), nullable=True),
    sa.Column('note', sa.String(length=1000), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_partner'))
    )
    op.create_index(op.f('ix_partner_tenant_id_name'), 'partner', ['tenant_id', 'name'], unique=False)
    op.create_table('reference_counter',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('year', sa.SmallInteger(), nullable=False),
    sa.Column('last', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_reference_counter')),
    sa.UniqueConstraint('tenant_id', 'kind', 'year', name=op.f('uq_reference_counter_tenant_id_kind_year'))
    )
    op.create_table('referral',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('to_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('consent_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=20), nullable=False),
    sa.Column('purpose', sa.String(length=1000), nullable=False),
    sa.Column('urgency', sa.String(length=12), nullable=False),
    sa.Column('urgency_rank', sa.SmallInteger(), sa.Computed("CASE urgency WHEN 'urgent' THEN 0 WHEN 'soon' THEN 1 ELSE 2 END", persisted=True), nullable=False),
    sa.Column('scheme_id', sa.Uuid(), nullable=True),
    sa.Column('scheme_session_id', sa.Uuid(), nullable=True),
    sa.Column('scheme_name', sa.String(length=120), nullable=True),
    sa.Column('from_name', sa.String(length=120), nullable=False),
    sa.Column('to_name', sa.String(length=120), nullable=False),
    sa.Column('sent_by', sa.String(length=120), nullable=False),
    sa.Column('sender_membership_id', sa.Uuid(), nullable=False),
    sa.Column('age_band', sa.String(length=12), nullable=True),
    sa.Column('sex', sa.String(length=10), nullable=True),
    sa.Column('requested_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('receive_due_on', sa.Date(), nullable=True),
    sa.Column('answer_due_on', sa.Date(), nullable=True),
    sa.Column('due_on', sa.Date(), sa.Computed("CASE state WHEN 'requested' THEN receive_due_on ELSE answer_due_on END", persisted=True), nullable=True),
    sa.Column('last_moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('result', sa.String(length=40), nullable=True),
    sa.Column('result_note', sa.String(length=1000), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('tenant_id <> to_tenant_id', name=op.f('ck_referral_crosses')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_referral')),
    sa.UniqueConstraint('tenant_id', 'reference', name=op.f('uq_referral_tenant_id_reference')),
    sa.UniqueConstraint('tenant_id', 'to_tenant_id', 'id', name=op.f('uq_referral_tenant_id_to_tenant_id_id'))
    )
    op.create_index('ix_referral_inbox', 'referral', ['to_tenant_id', 'urgency_rank', 'due_on', 'id'], unique=False, postgresql_where="referral.state IN ('requested', 'received')")
    op.create_index('ix_referral_received', 'referral', ['to_tenant_id', 'last_moved_at', 'id'], unique=False)
    op.create_index(op.f('ix_referral_tenant_id_last_moved_at'), 'referral', ['tenant_id', 'last_moved_at'], unique=False)
    op.create_index(op.f('ix_referral_tenant_id_sender_membership_id_last_moved_at'), 'referral', ['tenant_id', 'sender_membership_id', 'last_moved_at'], unique=False)
    op.create_index(op.f('ix_referral_tenant_id_person_id_created_at'), 'referral', ['tenant_id', 'person_id', 'created_at'], unique=False)
    op.create_index(op.f('ix_referral_tenant_id_state_updated_at'), 'referral', ['tenant_id', 'state', 'updated_at'], unique=False)
    op.create_table('scheme',
    sa.Column('owner_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('basin_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('operator', sa.String(length=120), nullable=False),
    sa.Column('audience', sa.String(length=500), nullable=False),
    sa.Column('description', sa.String(length=2000), nullable=False),
    sa.Column('required_fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('owner_tenant_id', 'id', name=op.f('pk_scheme'))
    )
    op.create_index(op.f('ix_scheme_basin_id_state_name'), 'scheme', ['basin_id', 'state', 'name'], unique=False)
    op.create_table('sign_in_attempt',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('attempted_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempt'))
    )
    op.create_index(op.f('ix_sign_in_attempt_subject_hash_attempted_at'), 'sign_in_attempt', ['subject_hash', 'attempted_at'], unique=False)
    op.create_table('state_change',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('transition', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('target', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('comment', sa.String(length=500), nullable=True),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_state_change'))
    )
    op.create_index(op.f('ix_state_change_tenant_id_happened_at'), 'state_change', ['tenant_id', 'happened_at'], unique=False)
    op.create_index(op.f('ix_state_change_tenant_id_subject_id_happened_at'), 'state_change', ['tenant_id', 'subject_id', 'happened_at'], unique=False)
    op.create_table('submission',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('location', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_submission'))
    )
    op.create_index(op.f('ix_submission_tenant_id_created_at'), 'submission', ['tenant_id', 'created_at'], unique=False)
    op.create_table('user_account',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('email_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('display_name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=200), nullable=True),
    sa.Column('password_changed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('administers', sa.Boolean(), nullable=False),
    sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_account')),
    sa.UniqueConstraint('email_hash', name=op.f('uq_user_account_email_hash'))
    )
    op.create_table('withdrawal',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('to_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'to_tenant_id', 'referral_id'], ['referral.tenant_id', 'referral.to_tenant_id', 'referral.id'], name=op.f('fk_withdrawal_tenant_id_to_tenant_id_referral_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_withdrawal')),
    sa.UniqueConstraint('tenant_id', 'referral_id', name=op.f('uq_withdrawal_tenant_id_referral_id'))
    )
    op.create_index('ix_withdrawal_received', 'withdrawal', ['to_tenant_id', 'referral_id'], unique=False)
    op.create_table('api_token',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('active_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('label', sa.String(length=120), nullable=False),
    sa.Column('permissions', postgresql.ARRAY(sa.String(length=60)), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_api_token_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_api_token'))
    )
    op.create_index(op.f('ix_api_token_user_id'), 'api_token', ['user_id'], unique=False)
    op.create_table('consent',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('text_version', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=10), nullable=False),
    sa.Column('manner', sa.String(length=20), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('recorded_by', sa.String(length=120), nullable=False),
    sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawal_note', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['tenant_id', 'referral_id'], ['referral.tenant_id', 'referral.id'], name=op.f('fk_consent_tenant_id_referral_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_consent')),
    sa.UniqueConstraint('tenant_id', 'referral_id', name=op.f('uq_consent_tenant_id_referral_id'))
    )
    op.create_index(op.f('ix_consent_tenant_id_person_id'), 'consent', ['tenant_id', 'person_id'], unique=False)
    op.create_table('enrolment',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('participant_id', sa.Uuid(), nullable=False),
    sa.Column('scheme_session_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('seated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('released_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('progress_note', sa.String(length=1000), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("state IN ('seated', 'waiting', 'released')", name=op.f('ck_enrolment_state')),
    sa.ForeignKeyConstraint(['tenant_id', 'participant_id'], ['participant.tenant_id', 'participant.id'], name=op.f('fk_enrolment_tenant_id_participant_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_enrolment'))
    )
    op.create_index(op.f('ix_enrolment_tenant_id_scheme_session_id_state'), 'enrolment', ['tenant_id', 'scheme_session_id', 'state'], unique=False)
    op.create_index('uq_enrolment_holder', 'enrolment', ['tenant_id', 'participant_id'], unique=True, postgresql_where="state <> 'released'")
    op.create_table('invitation',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_invitation_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_invitation'))
    )
    op.create_index(op.f('ix_invitation_user_id'), 'invitation', ['user_id'], unique=False)
    op.create_table('membership',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('display_name', sa.String(length=120), nullable=False),
    sa.Column('email', sa.String(length=200), nullable=False),
    sa.Column('organisation', sa.String(length=120), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_membership_user_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_membership'))
    )
    op.create_index(op.f('ix_membership_tenant_id_user_id'), 'membership', ['tenant_id', 'user_id'], unique=False)
    op.create_index('ix_membership_user_id', 'membership', ['user_id'], unique=False)
    op.create_table('occupation_word',
    sa.Column('occupation_id', sa.Uuid(), nullable=False),
    sa.Column('word', sa.String(length=60, collation='C'), nullable=False),
    sa.ForeignKeyConstraint(['occupation_id'], ['occupation.id'], name=op.f('fk_occupation_word_occupation_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('occupation_id', 'word', name=op.f('pk_occupation_word'))
    )
    op.create_index(op.f('ix_occupation_word_word_occupation_id'), 'occupation_word', ['word', 'occupation_id'], unique=False)
    op.create_table('parcel',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('to_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('consent_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('parcel_version', sa.SmallInteger(), nullable=False),
    sa.Column('fields', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('consent_text', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'to_tenant_id', 'referral_id'], ['referral.tenant_id', 'referral.to_tenant_id', 'referral.id'], name=op.f('fk_parcel_tenant_id_to_tenant_id_referral_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_parcel')),
    sa.UniqueConstraint('tenant_id', 'referral_id', 'parcel_version', name=op.f('uq_parcel_tenant_id_referral_id_parcel_version'))
    )
    op.create_table('postal_code',
    sa.Column('code', sa.String(length=4), nullable=False),
    sa.Column('nis_code', sa.String(length=5), nullable=False),
    sa.Column('locality', sa.String(length=80), nullable=False),
    sa.Column('search_key', sa.String(length=90, collation='C'), nullable=False),
    sa.ForeignKeyConstraint(['nis_code'], ['municipality.nis_code'], name=op.f('fk_postal_code_nis_code')),
    sa.PrimaryKeyConstraint('code', 'nis_code', 'locality', name=op.f('pk_postal_code'))
    )
    op.create_index(op.f('ix_postal_code_search_key'), 'postal_code', ['search_key'], unique=False)
    op.create_table('referral_event',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('to_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('consent_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('transition', sa.String(length=40), nullable=False),
    sa.Column('source', sa.String(length=20), nullable=False),
    sa.Column('target', sa.String(length=20), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('comment', sa.String(length=1000), nullable=True),
    sa.Column('by_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('happened_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'to_tenant_id', 'referral_id'], ['referral.tenant_id', 'referral.to_tenant_id', 'referral.id'], name=op.f('fk_referral_event_tenant_id_to_tenant_id_referral_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_referral_event'))
    )
    op.create_index('ix_referral_event_received', 'referral_event', ['to_tenant_id', 'happened_at'], unique=False)
    op.create_index(op.f('ix_referral_event_tenant_id_happened_at'), 'referral_event', ['tenant_id', 'happened_at'], unique=False)
    op.create_index(op.f('ix_referral_event_tenant_id_referral_id_happened_at'), 'referral_event', ['tenant_id', 'referral_id', 'happened_at'], unique=False)
    op.create_table('referral_message',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('to_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('consent_until', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('referral_id', sa.Uuid(), nullable=False),
    sa.Column('by_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('actor_name', sa.String(length=120), nullable=False),
    sa.Column('text', sa.String(length=2000), nullable=False),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'to_tenant_id', 'referral_id'], ['referral.tenant_id', 'referral.to_tenant_id', 'referral.id'], name=op.f('fk_referral_message_tenant_id_to_tenant_id_referral_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_referral_message'))
    )
    op.create_index('ix_referral_message_received', 'referral_message', ['to_tenant_id', 'sent_at'], unique=False)
    op.create_index(op.f('ix_referral_message_tenant_id_referral_id_sent_at'), 'referral_message', ['tenant_id', 'referral_id', 'sent_at'], unique=False)
    op.create_index(op.f('ix_referral_message_tenant_id_sent_at'), 'referral_message', ['tenant_id', 'sent_at'], unique=False)
    op.create_table('scheme_session',
    sa.Column('owner_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('basin_id', sa.Uuid(), nullable=False),
    sa.Column('scheme_id', sa.Uuid(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('closes_on', sa.Date(), nullable=False),
    sa.Column('starts_at', sa.Time(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=False),
    sa.Column('postal_code', sa.String(length=4), nullable=True),
    sa.Column('seats', sa.SmallInteger(), nullable=False),
    sa.Column('seats_taken', sa.SmallInteger(), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_scheme_session_dates')),
    sa.CheckConstraint('seats_taken BETWEEN 0 AND seats', name=op.f('ck_scheme_session_seats')),
    sa.ForeignKeyConstraint(['owner_tenant_id', 'scheme_id'], ['scheme.owner_tenant_id', 'scheme.id'], name=op.f('fk_scheme_session_owner_tenant_id_scheme_id')),
    sa.PrimaryKeyConstraint('owner_tenant_id', 'id', name=op.f('pk_scheme_session'))
    )
    op.create_index(op.f('ix_scheme_session_basin_id_starts_on'), 'scheme_session', ['basin_id', 'starts_on'], unique=False)
    op.create_index(op.f('ix_scheme_session_owner_tenant_id_scheme_id_starts_on'), 'scheme_session', ['owner_tenant_id', 'scheme_id', 'starts_on'], unique=False)
    op.create_table('tenant',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('basin_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('code', sa.String(length=3), nullable=False),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('national_number_authorisation', sa.String(length=120), nullable=True),
    sa.Column('contact_phone', sa.String(length=20), nullable=True),
    sa.Column('contact_email', sa.String(length=200), nullable=True),
    sa.Column('settings', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("kind IN ('local_platform', 'support_centre')", name=op.f('ck_tenant_kind')),
    sa.CheckConstraint("state IN ('open', 'suspended', 'closed')", name=op.f('ck_tenant_state')),
    sa.ForeignKeyConstraint(['basin_id'], ['basin.id'], name=op.f('fk_tenant_basin_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tenant')),
    sa.UniqueConstraint('basin_id', 'code', name=op.f('uq_tenant_basin_id_code')),
    sa.UniqueConstraint('slug', name=op.f('uq_tenant_slug'))
    )
    op.create_table('user_session',
    sa.Column('token_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('user_id', sa.Uuid(), nullable=False),
    sa.Column('active_tenant_id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('display_name', sa.String(length=120), nullable=False),
    sa.Column('organisation', sa.String(length=120), nullable=True),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('assurance_level', sa.SmallInteger(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['user_account.id'], name=op.f('fk_user_session_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name=op.f('pk_user_session'))
    )
    op.create_index(op.f('ix_user_session_user_id'), 'user_session', ['user_id'], unique=False)
    op.create_table('notification',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('dedupe_key', sa.String(length=120), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('subject_type', sa.String(length=40), nullable=False),
    sa.Column('subject_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=True),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['tenant_id', 'membership_id'], ['membership.tenant_id', 'membership.id'], name=op.f('fk_notification_tenant_id_membership_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_notification')),
    sa.UniqueConstraint('tenant_id', 'membership_id', 'dedupe_key', name=op.f('uq_notification_tenant_id_membership_id_dedupe_key'))
    )
    op.create_index('ix_notification_unread', 'notification', ['tenant_id', 'membership_id', 'created_at'], unique=False, postgresql_where='read_at IS NULL')
    op.create_table('person',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('reference', sa.String(length=20), nullable=False),
    sa.Column('family_name', sa.String(length=80), nullable=False),
    sa.Column('given_names', sa.String(length=80), nullable=False),
    sa.Column('sort_name', sa.String(length=170, collation='C'), nullable=False),
    sa.Column('birth_date', sa.Date(), nullable=True),
    sa.Column('birth_year', sa.SmallInteger(), nullable=True),
    sa.Column('sex', sa.String(length=10), nullable=False),
    sa.Column('national_number', sa.LargeBinary(length=160), nullable=True),
    sa.Column('street', sa.String(length=120), nullable=True),
    sa.Column('street_number', sa.String(length=12), nullable=True),
    sa.Column('box', sa.String(length=12), nullable=True),
    sa.Column('postal_code', sa.String(length=4), nullable=True),
    sa.Column('locality', sa.String(length=80), nullable=True),
    sa.Column('nis_code', sa.String(length=5), nullable=True),
    sa.Column('phone', sa.String(length=20), nullable=True),
    sa.Column('other_phone', sa.String(length=20), nullable=True),
    sa.Column('email', sa.String(length=200), nullable=True),
    sa.Column('contact_preference', sa.String(length=12), nullable=True),
    sa.Column('languages', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('status', sa.String(length=30), nullable=True),
    sa.Column('status_since', sa.Date(), nullable=True),
    sa.Column('schooling', sa.String(length=30), nullable=True),
    sa.Column('schooling_note', sa.String(length=200), nullable=True),
    sa.Column('driving_licences', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('has_vehicle', sa.Boolean(), nullable=True),
    sa.Column('forem_number', sa.String(length=20), nullable=True),
    sa.Column('forem_registered_on', sa.Date(), nullable=True),
    sa.Column('availability', sa.String(length=300), nullable=True),
    sa.Column('stage', sa.String(length=20), nullable=False),
    sa.Column('stage_since', sa.Date(), nullable=False),
    sa.Column('referent_id', sa.Uuid(), nullable=True),
    sa.Column('last_contact_on', sa.Date(), nullable=True),
    sa.Column('registration_consent_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('registration_consent_manner', sa.String(length=20), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("sex IN ('woman', 'man', 'other', 'undeclared')", name=op.f('ck_person_sex')),
    sa.ForeignKeyConstraint(['tenant_id', 'referent_id'], ['membership.tenant_id', 'membership.id'], name=op.f('fk_person_tenant_id_referent_id')),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_person')),
    sa.UniqueConstraint('tenant_id', 'reference', name=op.f('uq_person_tenant_id_reference'))
    )
    op.create_index(op.f('ix_person_tenant_id_referent_id_stage_last_contact_on'), 'person', ['tenant_id', 'referent_id', 'stage', 'last_contact_on'], unique=False)
    op.create_index(op.f('ix_person_tenant_id_sort_name_id'), 'person', ['tenant_id', 'sort_name', 'id'], unique=False)
    op.create_index(op.f('ix_person_tenant_id_stage_sort_name_id'), 'person', ['tenant_id', 'stage', 'sort_name', 'id'], unique=False)
    op.create_index('ix_person_waiting', 'person', ['tenant_id', 'stage_since', 'id'], unique=False, postgresql_where="stage = 'registered' OR (stage = 'in_intake' AND referent_id IS NULL)")
    op.create_table('tenant_territory',
    sa.Column('covered_by', sa.Uuid(), nullable=False),
    sa.Column('nis_code', sa.String(length=5), nullable=False),
    sa.Column('postal_code', sa.String(length=4), nullable=False),
    sa.ForeignKeyConstraint(['covered_by'], ['tenant.id'], name=op.f('fk_tenant_territory_covered_by'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['nis_code'], ['municipality.nis_code'], name=op.f('fk_tenant_territory_nis_code')),
    sa.PrimaryKeyConstraint('covered_by', 'nis_code', 'postal_code', name=op.f('pk_tenant_territory'))
    )
    op.create_index(op.f('ix_tenant_territory_nis_code'), 'tenant_territory', ['nis_code'], unique=False)
    op.create_table('action_plan',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('goal', sa.String(length=300), nullable=False),
    sa.Column('started_on', sa.Date(), nullable=False),
    sa.Column('review_on', sa.Date(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=True),
    sa.Column('signed_manner', sa.String(length=20), nullable=True),
    sa.Column('signature_noted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_action_plan_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_action_plan'))
    )
    op.create_index(op.f('ix_action_plan_tenant_id_person_id_started_on'), 'action_plan', ['tenant_id', 'person_id', 'started_on'], unique=False)
    op.create_index(op.f('ix_action_plan_tenant_id_state_review_on'), 'action_plan', ['tenant_id', 'state', 'review_on'], unique=False)
    op.create_table('appointment',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('agent_id', sa.Uuid(), nullable=False),
    sa.Column('agent_name', sa.String(length=120), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('place', sa.String(length=120), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint('minutes BETWEEN 5 AND 480', name=op.f('ck_appointment_minutes')),
    sa.ForeignKeyConstraint(['tenant_id', 'agent_id'], ['membership.tenant_id', 'membership.id'], name=op.f('fk_appointment_tenant_id_agent_id')),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_appointment_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_appointment'))
    )
    op.create_index(op.f('ix_appointment_tenant_id_agent_id_starts_at'), 'appointment', ['tenant_id', 'agent_id', 'starts_at'], unique=False)
    op.create_index(op.f('ix_appointment_tenant_id_person_id_starts_at'), 'appointment', ['tenant_id', 'person_id', 'starts_at'], unique=False)
    op.create_index(op.f('ix_appointment_tenant_id_starts_at'), 'appointment', ['tenant_id', 'starts_at'], unique=False)
    op.create_table('bilan',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('made_on', sa.Date(), nullable=False),
    sa.Column('made_by', sa.String(length=120), nullable=False),
    sa.Column('distance', sa.SmallInteger(), nullable=True),
    sa.Column('summary', sa.String(length=1000), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_bilan_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_bilan'))
    )
    op.create_index(op.f('ix_bilan_tenant_id_person_id_made_on'), 'bilan', ['tenant_id', 'person_id', 'made_on'], unique=False)
    op.create_table('intake',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('sent_by', sa.String(length=120), nullable=True),
    sa.Column('request', sa.String(length=1000), nullable=False),
    sa.Column('request_kinds', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('urgent_needs', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('urgent_note', sa.String(length=500), nullable=True),
    sa.Column('received_by', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_intake_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_intake'))
    )
    op.create_index(op.f('ix_intake_tenant_id_person_id_received_on'), 'intake', ['tenant_id', 'person_id', 'received_on'], unique=False)
    op.create_index(op.f('ix_intake_tenant_id_received_on'), 'intake', ['tenant_id', 'received_on'], unique=False)
    op.create_table('note',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('note_class', sa.String(length=12), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('author_name', sa.String(length=120), nullable=False),
    sa.Column('readers', postgresql.ARRAY(sa.Uuid()), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.CheckConstraint("note_class IN ('fact', 'shareable', 'confidence')", name=op.f('ck_note_note_class')),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_note_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_note'))
    )
    op.create_index(op.f('ix_note_tenant_id_person_id_written_at'), 'note', ['tenant_id', 'person_id', 'written_at'], unique=False)
    op.create_table('orientation_decision',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('bilan_id', sa.Uuid(), nullable=True),
    sa.Column('decided_on', sa.Date(), nullable=False),
    sa.Column('decided_by', sa.String(length=120), nullable=False),
    sa.Column('direction', sa.String(length=30), nullable=False),
    sa.Column('goal', sa.String(length=300), nullable=False),
    sa.Column('reasons', sa.String(length=1000), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_orientation_decision_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_orientation_decision'))
    )
    op.create_index(op.f('ix_orientation_decision_tenant_id_person_id_decided_on'), 'orientation_decision', ['tenant_id', 'person_id', 'decided_on'], unique=False)
    op.create_table('person_key',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('key', sa.String(length=170, collation='C'), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_person_key_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_person_key'))
    )
    op.create_index('ix_person_key_lookup', 'person_key', ['tenant_id', 'kind', 'key', 'person_id'], unique=False)
    op.create_index(op.f('ix_person_key_tenant_id_person_id'), 'person_key', ['tenant_id', 'person_id'], unique=False)
    op.create_table('recently_opened',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('membership_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_recently_opened_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_recently_opened')),
    sa.UniqueConstraint('tenant_id', 'membership_id', 'person_id', name=op.f('uq_recently_opened_tenant_id_membership_id_person_id'))
    )
    op.create_index(op.f('ix_recently_opened_tenant_id_membership_id_opened_at'), 'recently_opened', ['tenant_id', 'membership_id', 'opened_at'], unique=False)
    op.create_table('wished_occupation',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('rank', sa.SmallInteger(), nullable=False),
    sa.Column('scheme', sa.String(length=12), nullable=False),
    sa.Column('scheme_version', sa.String(length=8), nullable=False),
    sa.Column('code', sa.String(length=8), nullable=False),
    sa.Column('label', sa.String(length=250), nullable=False),
    sa.Column('experience_years', sa.SmallInteger(), nullable=True),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_wished_occupation_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_wished_occupation')),
    sa.UniqueConstraint('tenant_id', 'person_id', 'rank', name=op.f('uq_wished_occupation_tenant_id_person_id_rank'))
    )
    op.create_table('bilan_answer',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('bilan_id', sa.Uuid(), nullable=False),
    sa.Column('dimension', sa.String(length=20), nullable=False),
    sa.Column('level', sa.SmallInteger(), nullable=True),
    sa.Column('detected_by', sa.String(length=10), nullable=True),
    sa.Column('note', sa.String(length=500), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.CheckConstraint('level BETWEEN -3 AND 2', name=op.f('ck_bilan_answer_level')),
    sa.CheckConstraint("CASE WHEN dimension IN ('health', 'justice') THEN sealed IS NOT NULL AND level IS NULL AND detected_by IS NULL AND note IS NULL ELSE sealed IS NULL AND level IS NOT NULL END", name=op.f('ck_bilan_answer_sealed')),
    sa.ForeignKeyConstraint(['tenant_id', 'bilan_id'], ['bilan.tenant_id', 'bilan.id'], name=op.f('fk_bilan_answer_tenant_id_bilan_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_bilan_answer')),
    sa.UniqueConstraint('tenant_id', 'bilan_id', 'dimension', name=op.f('uq_bilan_answer_tenant_id_bilan_id_dimension'))
    )
    op.create_table('contact',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('appointment_id', sa.Uuid(), nullable=True),
    sa.Column('happened_on', sa.Date(), nullable=False),
    sa.Column('channel', sa.String(length=20), nullable=False),
    sa.Column('outcome', sa.String(length=20), nullable=False),
    sa.Column('minutes', sa.SmallInteger(), nullable=True),
    sa.Column('summary', sa.String(length=1000), nullable=True),
    sa.Column('author_id', sa.Uuid(), nullable=False),
    sa.Column('author_name', sa.String(length=120), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'appointment_id'], ['appointment.tenant_id', 'appointment.id'], name=op.f('fk_contact_tenant_id_appointment_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_contact_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_contact')),
    sa.UniqueConstraint('tenant_id', 'appointment_id', name=op.f('uq_contact_tenant_id_appointment_id'))
    )
    op.create_index(op.f('ix_contact_tenant_id_person_id_happened_on'), 'contact', ['tenant_id', 'person_id', 'happened_on'], unique=False)
    op.create_table('plan_evaluation',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_plan_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('evaluated_on', sa.Date(), nullable=False),
    sa.Column('evaluated_by', sa.String(length=120), nullable=False),
    sa.Column('in_person', sa.Boolean(), nullable=False),
    sa.Column('outcome', sa.String(length=12), nullable=False),
    sa.Column('comment', sa.String(length=1000), nullable=True),
    sa.Column('next_review_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'action_plan_id'], ['action_plan.tenant_id', 'action_plan.id'], name=op.f('fk_plan_evaluation_tenant_id_action_plan_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_plan_evaluation_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_plan_evaluation'))
    )
    op.create_index(op.f('ix_plan_evaluation_tenant_id_action_plan_id_evaluated_on'), 'plan_evaluation', ['tenant_id', 'action_plan_id', 'evaluated_on'], unique=False)
    op.create_index(op.f('ix_plan_evaluation_tenant_id_person_id_evaluated_on'), 'plan_evaluation', ['tenant_id', 'person_id', 'evaluated_on'], unique=False)
    op.create_table('plan_objective',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('action_plan_id', sa.Uuid(), nullable=False),
    sa.Column('rank', sa.SmallInteger(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('dimension', sa.String(length=20), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'action_plan_id'], ['action_plan.tenant_id', 'action_plan.id'], name=op.f('fk_plan_objective_tenant_id_action_plan_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_plan_objective'))
    )
    op.create_index(op.f('ix_plan_objective_tenant_id_action_plan_id_rank'), 'plan_objective', ['tenant_id', 'action_plan_id', 'rank'], unique=False)
    op.create_table('plan_step',
    sa.Column('tenant_id', sa.Uuid(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('objective_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('text', sa.String(length=300), nullable=False),
    sa.Column('who', sa.String(length=12), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=True),
    sa.Column('state', sa.String(length=12), nullable=False),
    sa.Column('done_on', sa.Date(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['tenant_id', 'objective_id'], ['plan_objective.tenant_id', 'plan_objective.id'], name=op.f('fk_plan_step_tenant_id_objective_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['tenant_id', 'person_id'], ['person.tenant_id', 'person.id'], name=op.f('fk_plan_step_tenant_id_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('tenant_id', 'id', name=op.f('pk_plan_step'))
    )
    op.create_index(op.f('ix_plan_step_tenant_id_objective_id_due_on'), 'plan_step', ['tenant_id', 'objective_id', 'due_on'], unique=False)
    op.create_index(op.f('ix_plan_step_tenant_id_person_id_due_on'), 'plan_step', ['tenant_id', 'person_id', 'due_on'], unique=False)
    op.create_index(op.f('ix_plan_step_tenant_id_state_due_on'), 'plan_step', ['tenant_id', 'state', 'due_on'], unique=False)
    protect("audit_event", ("SELECT", "INSERT"))
    protect_registry("basin")
    protect("information_request")
    grant("job_run", ("SELECT", "INSERT", "UPDATE", "DELETE"))
    protect_registry("municipality")
    protect_registry("occupation")
    protect("outbox_message")
    protect("participant")
    protect("partner")
    protect("reference_counter")
    protect_between_two("referral", ("SELECT", "INSERT"), REFERRAL_MOVES)
    protect_publication("scheme")
    grant("sign_in_attempt", ("SELECT", "INSERT", "DELETE"))
    protect("state_change", ("SELECT", "INSERT"))
    protect("submission")
    guard("user_account", f"id = {USER} OR email_hash = {EMAIL}", ("SELECT", "INSERT"), ACCOUNT_CHANGES)
    protect_for_reader("withdrawal", f"to_tenant_id = {TENANT}", ("SELECT", "INSERT"))
    guard("api_token", f"user_id = {USER} OR token_hash = {CREDENTIAL}", ("SELECT", "INSERT", "UPDATE"))
    protect("consent")
    withdraw_once("consent")
    protect("enrolment")
    guard("invitation", f"user_id = {USER} OR token_hash = {CREDENTIAL}", ALL)
    protect_for_reader("membership", f"user_id = {USER}", ("SELECT", "INSERT", "UPDATE"))
    protect_registry("occupation_word")
    protect_between_two("parcel", ("SELECT", "INSERT"), ("withdrawn_at",))
    protect_registry("postal_code")
    protect_between_two("referral_event", ("SELECT", "INSERT"), ("withdrawn_at",), inserted=WRITTEN_HERE)
    protect_between_two("referral_message", ("SELECT", "INSERT"), ("withdrawn_at",), inserted=WRITTEN_HERE)
    protect_publication("scheme_session")
    protect_registry("tenant")
    guard("user_session", f"user_id = {USER} OR token_hash = {CREDENTIAL}", ALL)
    protect("notification")
    protect("person")
    protect_registry("tenant_territory")
    protect("action_plan")
    protect("appointment")
    protect("bilan")
    protect("intake")
    protect("note")
    protect("orientation_decision")
    protect("person_key")
    protect("recently_opened")
    protect("wished_occupation")
    protect("bilan_answer")
    protect("contact")
    protect("plan_evaluation")
    protect("plan_objective")
    protect("plan_step")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
