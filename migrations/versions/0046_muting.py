"""Files of which nobody has to hear until a day: why, who said it, and since when."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.create_table(
        "file_muting",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_file_muting")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_file_muting_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("until_on >= starts_on", name=op.f("ck_file_muting_period")),
    )
    op.create_index(
        op.f("ix_file_muting_tenant_id_person_id_starts_on"), "file_muting", ["tenant_id", "person_id", "starts_on"]
    )
    op.create_index(
        op.f("ix_file_muting_tenant_id_state_until_on"), "file_muting", ["tenant_id", "state", "until_on"]
    )
    protect("file_muting", ("SELECT", "INSERT", "UPDATE"))
    op.add_column("person", sa.Column("quiet_from", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("quiet_until", sa.Date(), nullable=True))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
