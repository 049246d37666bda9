"""A referral is about the person of its consent, which its sender alone writes: so nobody else turns it to another one."""

from alembic import op

from migrations.protection_v1 import APPLICATION

revision = "0050"
down_revision = "0049"

KEY = "uq_referral_tenant_id_id_person_id"


def upgrade() -> None:
    op.execute(f"ALTER TABLE referral ADD CONSTRAINT {KEY} UNIQUE USING INDEX {KEY}")
    op.execute(
        "ALTER TABLE consent ADD CONSTRAINT fk_consent_person"
        " FOREIGN KEY (tenant_id, referral_id, person_id) REFERENCES referral (tenant_id, id, person_id)"
        " DEFERRABLE INITIALLY DEFERRED NOT VALID"
    )
    # The file of a person takes its referrals along when another one stands for it.
    op.execute(f"GRANT UPDATE (person_id) ON referral TO {APPLICATION}")
    op.execute(
        "ALTER TABLE person ADD CONSTRAINT fk_person_tenant_id_merged_into_id"
        " FOREIGN KEY (tenant_id, merged_into_id) REFERENCES person (tenant_id, id) ON DELETE CASCADE NOT VALID"
    )
    for table in ("referral", "consent", "person"):
        # Their owner alone stands past row security until 0051 has looked at them.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
