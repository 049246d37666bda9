"""The people of a platform are counted by referent and stage, and those who came lately, from indexes alone; the few
whose file was set aside have one of their own.
"""

from migrations.online_v1 import add_index, drop_index

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    columns = ["tenant_id", "referent_id", "stage", "last_contact_on"]
    add_index("ix_person_followed", "person", columns, where="left_out_at IS NULL")
    add_index("ix_person_tenant_id_created_at", "person", ["tenant_id", "created_at"])
    set_aside = "left_out_at IS NOT NULL AND merged_into_id IS NULL"
    add_index("ix_person_set_aside", "person", ["tenant_id", "id"], where=set_aside)
    drop_index("ix_person_tenant_id_referent_id_stage_last_contact_on")
