"""The last bilan of a person is the first row of an index: a list that is narrowed by it asks that of every file."""

from migrations.online_v1 import add_index, drop_index

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    add_index("ix_bilan_tenant_id_person_id_made_on_id", "bilan", ["tenant_id", "person_id", "made_on", "id"])
    drop_index("ix_bilan_tenant_id_person_id_made_on")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
