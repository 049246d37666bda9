"""Which version of an instrument a platform works with: written by the platform, read by the centre too."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import OWN, TENANT, enable, grant
from migrations.protection_v2 import Rules, protect_each

revision = "0020"
down_revision = "0019"

TABLE = "instrument_adoption"
CHANGED = (
    "instrument_version_id",
    "number",
    "adopted_on",
    "adopted_by",
    "exception_until",
    "exception_reason",
    "updated_at",
    "version",
)


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("to_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.SmallInteger(), nullable=True),
        sa.Column("adopted_on", sa.Date(), nullable=True),
        sa.Column("adopted_by", sa.String(length=120), nullable=True),
        sa.Column("exception_until", sa.Date(), nullable=True),
        sa.Column("exception_reason", sa.String(length=500), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_adoption")),
        sa.UniqueConstraint(
            "tenant_id", "instrument_id", name=op.f("uq_instrument_adoption_tenant_id_instrument_id")
        ),
    )
    op.create_index("ix_instrument_adoption_received", TABLE, ["to_tenant_id", "instrument_id"])
    enable(TABLE)
    protect_each(TABLE, Rules(f"{OWN} OR to_tenant_id = {TENANT}", *[OWN] * 4))
    grant(TABLE, ("SELECT", "INSERT"), CHANGED)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
