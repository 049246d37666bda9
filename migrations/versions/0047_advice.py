"""Whether the step that an orientation advised was done, asked some weeks later."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    op.create_table(
        "advice_answer",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_advice_answer")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "decision_id"],
            ["orientation_decision.tenant_id", "orientation_decision.id"],
            name=op.f("fk_advice_answer_tenant_id_decision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_advice_answer_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "answer IN ('done', 'not_yet', 'no_offer', 'out_of_reach', 'obstacle', 'changed_mind')",
            name=op.f("ck_advice_answer_answer"),
        ),
    )
    op.create_index(op.f("ix_advice_answer_tenant_id_decision_id_id"), "advice_answer", ["tenant_id", "decision_id", "id"])
    op.create_index(
        op.f("ix_advice_answer_tenant_id_person_id_answered_on"),
        "advice_answer",
        ["tenant_id", "person_id", "answered_on"],
    )
    protect("advice_answer", ("SELECT", "INSERT", "DELETE"))


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
