"""Every consent is that of the person of its referral, and every file that stands for another is there."""

from alembic import op

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.execute("ALTER TABLE consent VALIDATE CONSTRAINT fk_consent_person")
    op.execute("ALTER TABLE person VALIDATE CONSTRAINT fk_person_tenant_id_merged_into_id")
    # The owner stands under row security again. Last, since only this keeps requests out, for a moment.
    op.execute("SET LOCAL lock_timeout = '400ms'")
    for table in ("referral", "consent", "person"):
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
