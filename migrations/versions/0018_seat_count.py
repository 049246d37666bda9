"""How many seats a session has and how many are taken, in a table of its own.

The old columns stay for a release: nobody writes them any more, and a server that is older than this migration is
refused when it gives or frees a seat, so that none counts apart.
"""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import BASIN, OWN, enable, grant
from migrations.protection_v2 import Rules, protect_each

revision = "0018"
down_revision = "0017"

BY_ITS_OWNER = f"{OWN} AND basin_id = {BASIN}"
CHANGED = ("starts_on", "ends_on", "closes_on", "starts_at", "place", "postal_code", "note", "updated_at", "version")
INSERTED = ("owner_tenant_id", "id", "basin_id", "scheme_id", "created_at", *CHANGED)


def upgrade() -> None:
    # The owner of the table stands past row security while it copies, and nobody counts on: for a moment.
    op.execute("ALTER TABLE scheme_session NO FORCE ROW LEVEL SECURITY")
    op.create_table(
        "seat_count",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_session_id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Uuid(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("seats_taken", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint("seats_taken BETWEEN 0 AND seats", name=op.f("ck_seat_count_seats")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "scheme_session_id"],
            ["scheme_session.owner_tenant_id", "scheme_session.id"],
            name=op.f("fk_seat_count_tenant_id_scheme_session_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "scheme_session_id", name=op.f("pk_seat_count")),
    )
    op.execute(
        "INSERT INTO seat_count (tenant_id, scheme_session_id, basin_id, seats, seats_taken)"
        " SELECT owner_tenant_id, id, basin_id, seats, seats_taken FROM scheme_session"
    )
    enable("seat_count")
    protect_each("seat_count", Rules(f"basin_id = {BASIN}", *[BY_ITS_OWNER] * 4))
    grant("seat_count", ("SELECT", "INSERT"), ("seats", "seats_taken"))
    # A new session has none as an older server reads it: full.
    for column in ("seats", "seats_taken"):
        op.alter_column("scheme_session", column, server_default="0")
    op.execute("REVOKE INSERT, UPDATE ON scheme_session FROM clais_app")
    op.execute(f"GRANT INSERT ({', '.join(INSERTED)}), UPDATE ({', '.join(CHANGED)}) ON scheme_session TO clais_app")
    op.execute("ALTER TABLE scheme_session FORCE ROW LEVEL SECURITY")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
