"""Exchange of practice: cards and who has read them, questions and answers, documents of the library and who uses them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import (
    APPLICATION,
    BASIN,
    OWN,
    TENANT,
    enable,
    grant,
    policy,
    protect,
    protect_publication,
)
from migrations.protection_v2 import Rules, protect_each

revision = "0023"
down_revision = "0022"

ITS_OWN = f"basin_id = {BASIN} AND (state <> 'draft' OR owner_tenant_id = {TENANT})"
TOLD = {
    "card_reading": (("SELECT", "INSERT"), ("number", "readers", "asked", "updated_at")),
    "practice_question": (("SELECT", "INSERT"), ("state", "more", "asked_at", "updated_at", "version")),
    "practice_answer": (("SELECT", "INSERT"), ("practice_card_id",)),
    "document_use": (("SELECT", "INSERT", "DELETE"), ("number", "since", "said_by", "updated_at", "version")),
}
"""What a tenant tells another one: how it may be written, and which columns are changed."""


def published() -> list[sa.Column[object]]:
    return [
        sa.Column("owner_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Uuid(), nullable=False),
    ]


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def told() -> list[sa.Column[object]]:
    return [*kept(), sa.Column("to_tenant_id", sa.Uuid(), nullable=False)]


def moments() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def version() -> sa.Column[object]:
    return sa.Column("version", sa.BigInteger(), nullable=False)


def number() -> sa.Column[object]:
    return sa.Column("number", sa.SmallInteger(), nullable=False)


def upgrade() -> None:
    publish_cards()
    publish_documents()
    keep_receipts()
    tell_readings()
    tell_questions()
    tell_uses()
    for table, (commands, columns) in TOLD.items():
        enable(table)
        protect_each(table, Rules(f"{OWN} OR to_tenant_id = {TENANT}", *[OWN] * 4))
        grant(table, commands, columns)


def publish_cards() -> None:
    op.create_table(
        "practice_card",
        *published(),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.String(length=1200), nullable=False),
        sa.Column("roles", JSONB(), nullable=False),
        sa.Column("places", JSONB(), nullable=False),
        sa.Column("shown_from", sa.Date(), nullable=False),
        sa.Column("shown_until", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        number(),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        *moments(),
        version(),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_practice_card")),
        sa.CheckConstraint("shown_until IS NULL OR shown_until >= shown_from", name=op.f("ck_practice_card_days")),
    )
    op.create_index(op.f("ix_practice_card_basin_id_state"), "practice_card", ["basin_id", "state"])
    protect_publication("practice_card")
    op.execute(f"REVOKE DELETE ON practice_card FROM {APPLICATION}")
    # What is not published yet may say what a platform asked: nobody else reads it.
    for name, restrictive in (("floor_read", True), ("read", False)):
        op.execute(f"DROP POLICY {name} ON practice_card")
        policy("practice_card", name, "SELECT", ITS_OWN, restrictive=restrictive)


def publish_documents() -> None:
    op.create_table(
        "practice_document",
        *published(),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=500), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        *moments(),
        version(),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_practice_document")),
    )
    op.create_index(op.f("ix_practice_document_basin_id_title"), "practice_document", ["basin_id", "title"])
    op.create_table(
        "practice_document_version",
        *published(),
        sa.Column("practice_document_id", sa.Uuid(), nullable=False),
        number(),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("text", sa.String(length=8000), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_practice_document_version")),
        sa.ForeignKeyConstraint(
            ["owner_tenant_id", "practice_document_id"],
            ["practice_document.owner_tenant_id", "practice_document.id"],
            name=op.f("fk_practice_document_version_owner_tenant_id_practice_document_id"),
        ),
        sa.UniqueConstraint(
            "owner_tenant_id",
            "practice_document_id",
            "number",
            name=op.f("uq_practice_document_version_owner_tenant_id_practice_document_id_number"),
        ),
    )
    for table in ("practice_document", "practice_document_version"):
        protect_publication(table)
    op.execute(f"REVOKE DELETE ON practice_document FROM {APPLICATION}")
    op.execute(f"REVOKE UPDATE, DELETE ON practice_document_version FROM {APPLICATION}")


def keep_receipts() -> None:
    op.create_table(
        "card_receipt",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("practice_card_id", sa.Uuid(), nullable=False),
        number(),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_card_receipt")),
        sa.UniqueConstraint(
            "tenant_id",
            "membership_id",
            "practice_card_id",
            "number",
            name=op.f("uq_card_receipt_tenant_id_membership_id_practice_card_id_number"),
        ),
    )
    op.create_index(
        op.f("ix_card_receipt_tenant_id_practice_card_id"), "card_receipt", ["tenant_id", "practice_card_id"]
    )
    protect("card_receipt")


def tell_readings() -> None:
    op.create_table(
        "card_reading",
        *told(),
        sa.Column("practice_card_id", sa.Uuid(), nullable=False),
        number(),
        sa.Column("readers", sa.SmallInteger(), nullable=False),
        sa.Column("asked", sa.SmallInteger(), nullable=False),
        *moments(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_card_reading")),
        sa.UniqueConstraint(
            "tenant_id", "practice_card_id", name=op.f("uq_card_reading_tenant_id_practice_card_id")
        ),
    )
    op.create_index("ix_card_reading_received", "card_reading", ["to_tenant_id", "practice_card_id"])


def tell_questions() -> None:
    op.create_table(
        "practice_question",
        *told(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("more", sa.String(length=1000), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        *moments(),
        version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_practice_question")),
    )
    op.create_index(
        op.f("ix_practice_question_tenant_id_membership_id_asked_at"),
        "practice_question",
        ["tenant_id", "membership_id", "asked_at"],
    )
    op.create_index("ix_practice_question_received", "practice_question", ["to_tenant_id", "state", "asked_at"])
    op.create_table(
        "practice_answer",
        *told(),
        sa.Column("practice_question_id", sa.Uuid(), nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("answered_by", sa.String(length=120), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("practice_card_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_practice_answer")),
    )
    op.create_index(
        op.f("ix_practice_answer_tenant_id_practice_question_id_answered_at"),
        "practice_answer",
        ["tenant_id", "practice_question_id", "answered_at"],
    )
    op.create_index("ix_practice_answer_received", "practice_answer", ["to_tenant_id", "practice_question_id"])


def tell_uses() -> None:
    op.create_table(
        "document_use",
        *told(),
        sa.Column("practice_document_id", sa.Uuid(), nullable=False),
        number(),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("said_by", sa.String(length=120), nullable=False),
        *moments(),
        version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_document_use")),
        sa.UniqueConstraint(
            "tenant_id", "practice_document_id", name=op.f("uq_document_use_tenant_id_practice_document_id")
        ),
    )
    op.create_index("ix_document_use_received", "document_use", ["to_tenant_id", "practice_document_id"])


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
