"""What members are typing in the forms of a file: kept for their account alone, erased in time."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import ALL, OWN, USER, enable, grant
from migrations.protection_v2 import Rules, both, protect_each

revision = "0053"
down_revision = "0052"

NOBODY = "'00000000-0000-0000-0000-000000000000'"
MINE = both(OWN, f"user_id = {USER}")
OVER = both(OWN, f"user_id = {USER} OR ({USER} = {NOBODY} AND ends_at <= now())")
"""One's own; and for the worker, which has no account, those whose time is over."""


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=12), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_draft")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_draft_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "membership_id", "form",
            name=op.f("uq_draft_tenant_id_person_id_membership_id_form"),
        ),
        sa.CheckConstraint("form IN ('note', 'contact')", name=op.f("ck_draft_form")),
    )  # fmt: skip
    op.create_index(op.f("ix_draft_tenant_id_ends_at"), "draft", ["tenant_id", "ends_at"])
    enable("draft")
    protect_each("draft", Rules(OVER, MINE, MINE, MINE, OVER))
    grant("draft", ALL)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
