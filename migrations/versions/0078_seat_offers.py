"""A seat that is free is offered to the first of the waiting list until a day, and held for them meanwhile."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import APPLICATION

revision = "0078"
down_revision = "0077"

ON_ENROLMENT = {
    "offered_until": sa.Date(),
    "offered_start": sa.Date(),
    "not_before": sa.Date(),
    "moved_back_at": sa.DateTime(timezone=True),
    "from_list": sa.Boolean(),
}


def upgrade() -> None:
    op.add_column("referral", sa.Column("seat_offer", sa.String(length=12), server_default="none", nullable=False))
    op.add_column("referral", sa.Column("offered_session_id", sa.Uuid(), nullable=True))
    op.add_column("referral", sa.Column("offer_until", sa.Date(), nullable=True))
    op.execute(f"GRANT UPDATE (seat_offer, offered_session_id, offer_until) ON referral TO {APPLICATION}")
    op.execute(
        "ALTER TABLE referral ADD CONSTRAINT ck_referral_seat_offer"
        " CHECK (seat_offer <> 'offered' OR (offered_session_id IS NOT NULL AND offer_until IS NOT NULL)) NOT VALID"
    )
    for name, kind in ON_ENROLMENT.items():
        op.add_column("enrolment", sa.Column(name, kind, nullable=True))
    op.add_column("seat_count", sa.Column("list_closed", sa.Boolean(), nullable=True))
    op.execute(f"GRANT UPDATE (list_closed) ON seat_count TO {APPLICATION}")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
