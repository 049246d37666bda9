"""The key of a referral to which what goes with it is held."""

from migrations.online_v1 import add_index

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    add_index(
        "uq_referral_tenant_id_to_tenant_id_id_consent_until_in_force",
        "referral",
        ["tenant_id", "to_tenant_id", "id", "consent_until", "in_force"],
        unique=True,
    )
