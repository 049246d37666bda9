"""What a coordinator decides about: the pairs of files that look like one person's, and what was encoded by mistake."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0055"
down_revision = "0054"


def of_person(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        ["person.tenant_id", "person.id"],
        name=op.f(f"fk_probable_duplicate_tenant_id_{column}"),
        ondelete="CASCADE",
    )


def upgrade() -> None:
    op.create_table(
        "probable_duplicate",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("strength", sa.SmallInteger(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        of_person("person_id"),
        of_person("other_id"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_probable_duplicate")),
        sa.UniqueConstraint(
            "tenant_id", "person_id", "other_id", name=op.f("uq_probable_duplicate_tenant_id_person_id_other_id")
        ),
    )
    op.create_index(op.f("ix_probable_duplicate_tenant_id_other_id"), "probable_duplicate", ["tenant_id", "other_id"])
    op.create_index(
        op.f("ix_probable_duplicate_tenant_id_strength_id"), "probable_duplicate", ["tenant_id", "strength", "id"]
    )
    protect("probable_duplicate")
    keep_mistakes()


def keep_mistakes() -> None:
    op.create_table(
        "mistake",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject_type", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("because", sa.String(length=300), nullable=False),
        sa.Column("set_aside_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_aside_by", sa.String(length=120), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_by", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_mistake_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_mistake")),
        sa.CheckConstraint(
            "subject_type IN ('person', 'note', 'contact', 'intake')", name=op.f("ck_mistake_subject_type")
        ),
    )
    op.create_index(
        op.f("ix_mistake_tenant_id_person_id_set_aside_at"), "mistake", ["tenant_id", "person_id", "set_aside_at"]
    )
    op.create_index(
        op.f("ix_mistake_tenant_id_state_set_aside_at_id"), "mistake", ["tenant_id", "state", "set_aside_at", "id"]
    )
    op.create_index(
        "uq_mistake_in_force",
        "mistake",
        ["tenant_id", "subject_id"],
        unique=True,
        postgresql_where=sa.text("state = 'set_aside'"),
    )
    protect("mistake")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
