"""What is being filled in is found by its kind: a bilan that is under way, on the file and on someone's day."""

from migrations.online_v1 import add_index

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    columns = ["tenant_id", "kind", "person_id"]
    add_index("ix_instrument_filling_open", "instrument_filling", columns, where="state = 'open'")
