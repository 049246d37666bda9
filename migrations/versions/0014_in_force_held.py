"""What goes with a referral has its end, and is in force or not like it."""

from alembic import op

revision = "0014"
down_revision = "0013"

KEY = "uq_referral_tenant_id_to_tenant_id_id_consent_until_in_force"
TABLES = ("parcel", "referral_event", "referral_message")


def upgrade() -> None:
    op.execute(f"ALTER TABLE referral ADD CONSTRAINT {KEY} UNIQUE USING INDEX {KEY}")
    for table in TABLES:
        op.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT fk_{table}_in_force"
            " FOREIGN KEY (tenant_id, to_tenant_id, referral_id, consent_until, in_force)"
            " REFERENCES referral (tenant_id, to_tenant_id, id, consent_until, in_force)"
            " DEFERRABLE INITIALLY DEFERRED NOT VALID"
        )
    for table in ("referral", *TABLES):
        # Their owner alone stands past row security until 0015 has filled in their rows and looked at them.
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
