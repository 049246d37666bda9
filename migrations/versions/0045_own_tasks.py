"""Tasks of a member's own: on a file its agents read them, without one their author alone."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import ALL, OWN, USER, enable, grant
from migrations.protection_v2 import Rules, both, protect_each

revision = "0045"
down_revision = "0044"

MINE = both(OWN, f"person_id IS NOT NULL OR user_id = {USER}")


def upgrade() -> None:
    op.create_table(
        "own_task",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("membership_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=200), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Uuid(), nullable=True),
        sa.Column("done_by", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_own_task")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_own_task_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.CheckConstraint("person_id IS NOT NULL OR membership_id IS NOT NULL", name=op.f("ck_own_task_whose")),
        sa.CheckConstraint("(done_at IS NULL) = (done_by_id IS NULL)", name=op.f("ck_own_task_done")),
    )
    op.create_index(op.f("ix_own_task_tenant_id_person_id_due_on"), "own_task", ["tenant_id", "person_id", "due_on"])
    op.create_index("ix_own_task_open", "own_task", ["tenant_id", "due_on"], postgresql_where=sa.text("done_at IS NULL"))
    op.create_index(op.f("ix_own_task_tenant_id_done_by_id_done_at"), "own_task", ["tenant_id", "done_by_id", "done_at"])
    enable("own_task")
    protect_each("own_task", Rules(*[MINE] * 5))
    grant("own_task", ALL)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
