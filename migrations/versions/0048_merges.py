"""Two files become one: which stands for which, what takes that back, and which files were told apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.protection_v1 import APPLICATION, protect

revision = "0048"
down_revision = "0047"


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def of_person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        ["person.tenant_id", "person.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.add_column("person", sa.Column("merged_into_id", sa.Uuid(), nullable=True))
    op.add_column("person", sa.Column("left_out_at", sa.DateTime(timezone=True), nullable=True))
    # What is never changed goes along with its person all the same; a referral waits until 0050 holds it to its consent.
    for table in ("person_tag", "sensitive_fact", "advice_answer"):
        op.execute(f"GRANT UPDATE (person_id) ON {table} TO {APPLICATION}")
    keep_merges()
    keep_decisions()


def keep_merges() -> None:
    op.create_table(
        "file_merge",
        *kept(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("merged_reference", sa.String(length=20), nullable=False),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.String(length=120), nullable=False),
        sa.Column("undo_until", sa.Date(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=120), nullable=True),
        sa.Column("gathered", sa.Boolean(), nullable=False),
        sa.Column("moved", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        of_person("file_merge", "person_id"),
        of_person("file_merge", "merged_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_file_merge")),
    )
    op.create_index(
        op.f("ix_file_merge_tenant_id_person_id_merged_at"), "file_merge", ["tenant_id", "person_id", "merged_at"]
    )
    op.create_index(
        "uq_file_merge_in_force",
        "file_merge",
        ["tenant_id", "merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at IS NULL"),
    )
    op.create_index(
        "ix_file_merge_undoable",
        "file_merge",
        ["tenant_id", "undo_until"],
        postgresql_where=sa.text("moved IS NOT NULL"),
    )
    protect("file_merge")


def keep_decisions() -> None:
    op.create_table(
        "told_apart",
        *kept(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=12), nullable=False),
        sa.Column("because", sa.String(length=500), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        of_person("told_apart", "person_id"),
        of_person("told_apart", "other_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_told_apart")),
    )
    op.create_index(
        "uq_told_apart_standing",
        "told_apart",
        ["tenant_id", "person_id", "other_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_told_apart_tenant_id_other_id"), "told_apart", ["tenant_id", "other_id"])
    protect("told_apart")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
