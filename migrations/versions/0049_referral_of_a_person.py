"""The key of a referral to which the consent of its person is held, and the files that others stand for."""

from migrations.online_v1 import add_index

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    add_index(
        "uq_referral_tenant_id_id_person_id", "referral", ["tenant_id", "id", "person_id"], unique=True
    )
    add_index("ix_person_merged", "person", ["tenant_id", "merged_into_id"], where="merged_into_id IS NOT NULL")
