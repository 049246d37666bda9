"""Signatures of plans: what was signed is fixed."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    op.add_column("action_plan", sa.Column("signed_hash", sa.LargeBinary(length=32), nullable=True))
    op.create_table(
        "plan_signature",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("action_plan_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("manner", sa.String(length=20), nullable=False),
        sa.Column("text_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("noted_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_plan_signature")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "action_plan_id"],
            ["action_plan.tenant_id", "action_plan.id"],
            name=op.f("fk_plan_signature_tenant_id_action_plan_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_plan_signature_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
    )
    for columns in (("action_plan_id", "created_at"), ("person_id", "signed_on")):
        op.create_index(
            op.f(f"ix_plan_signature_tenant_id_{'_'.join(columns)}"), "plan_signature", ["tenant_id", *columns]
        )
    # Its person alone changes, when two files become one.
    protect("plan_signature", ("SELECT", "INSERT"), ("person_id",))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
