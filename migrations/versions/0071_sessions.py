"""What a session of a scheme says besides, and the seats that it keeps for a platform until a day."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import APPLICATION, protect

revision = "0071"
down_revision = "0070"

ADDED = {
    "timetable": sa.String(length=300),
    "directions": sa.String(length=500),
    "suspended_from": sa.Date(),
    "suspended_until": sa.Date(),
}


def upgrade() -> None:
    for name, kind in ADDED.items():
        op.add_column("scheme_session", sa.Column(name, kind, nullable=True))
    columns = ", ".join(ADDED)
    op.execute(f"GRANT INSERT ({columns}), UPDATE ({columns}) ON scheme_session TO {APPLICATION}")
    op.execute(
        "ALTER TABLE scheme_session ADD CONSTRAINT ck_scheme_session_suspension"
        " CHECK (suspended_until >= suspended_from) NOT VALID"
    )
    op.add_column("seat_count", sa.Column("reserved", JSONB(), nullable=True))
    op.execute(f"GRANT UPDATE (reserved) ON seat_count TO {APPLICATION}")
    op.create_table(
        "seat_reserve",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("scheme_session_id", sa.Uuid(), nullable=False),
        sa.Column("platform_id", sa.Uuid(), nullable=False),
        sa.Column("seats", sa.SmallInteger(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_seat_reserve")),
        sa.UniqueConstraint(
            "tenant_id",
            "scheme_session_id",
            "platform_id",
            name=op.f("uq_seat_reserve_tenant_id_scheme_session_id_platform_id"),
        ),
        sa.CheckConstraint("seats >= 1", name=op.f("ck_seat_reserve_seats")),
    )
    protect("seat_reserve")
    op.execute("ALTER TABLE scheme VALIDATE CONSTRAINT fk_scheme_owner_tenant_id_operator_id")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
