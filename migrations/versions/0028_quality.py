"""Supervision by sampling: requests of a centre, replies and summaries of platforms, the files that they drew, notes."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import OWN, TENANT, enable, grant, protect
from migrations.protection_v2 import Rules, protect_each

revision = "0028"
down_revision = "0027"

TEXTS = ("asked", "done", "hard", "otherwise")
TOLD = {
    "quality_request": (("SELECT", "INSERT"), ("state", "updated_at", "version")),
    "quality_reply": (
        ("SELECT", "INSERT"),
        ("state", "drawn", "redraws", "refusal", "drawn_at", "answered_at", "updated_at", "version"),
    ),
    "quality_summary": (("SELECT", "INSERT", "DELETE"), ()),
}
"""What a tenant tells another one: how it may be written, and which columns are changed."""


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def told() -> list[sa.Column[object]]:
    return [*kept(), sa.Column("to_tenant_id", sa.Uuid(), nullable=False)]


def of_request() -> sa.Column[object]:
    return sa.Column("quality_request_id", sa.Uuid(), nullable=False)


def edited() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    ]


def upgrade() -> None:
    tell_requests()
    tell_replies()
    tell_summaries()
    keep_draws()
    keep_notes()
    for table, (commands, columns) in TOLD.items():
        enable(table)
        protect_each(table, Rules(f"{OWN} OR to_tenant_id = {TENANT}", *[OWN] * 4))
        grant(table, commands, columns)


def tell_requests() -> None:
    op.create_table(
        "quality_request",
        *told(),
        sa.Column("theme", sa.String(length=12), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("files", sa.SmallInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        *edited(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quality_request")),
        sa.CheckConstraint("files BETWEEN 1 AND 10", name=op.f("ck_quality_request_files")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_quality_request_period")),
    )
    op.create_index(op.f("ix_quality_request_tenant_id_asked_at"), "quality_request", ["tenant_id", "asked_at"])
    op.create_index("ix_quality_request_received", "quality_request", ["to_tenant_id", "state", "answer_by"])


def tell_replies() -> None:
    op.create_table(
        "quality_reply",
        *told(),
        of_request(),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("drawn", sa.SmallInteger(), nullable=False),
        sa.Column("redraws", sa.SmallInteger(), nullable=False),
        sa.Column("refusal", sa.String(length=500), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        *edited(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quality_reply")),
        sa.UniqueConstraint(
            "tenant_id", "quality_request_id", name=op.f("uq_quality_reply_tenant_id_quality_request_id")
        ),
    )
    op.create_index("ix_quality_reply_received", "quality_reply", ["to_tenant_id", "quality_request_id"])


def tell_summaries() -> None:
    op.create_table(
        "quality_summary",
        *told(),
        of_request(),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("age_band", sa.String(length=12), nullable=True),
        sa.Column("contacts", sa.SmallInteger(), nullable=False),
        sa.Column("days_to_first", sa.SmallInteger(), nullable=True),
        *(sa.Column(name, sa.String(length=800), nullable=False) for name in TEXTS),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quality_summary")),
        sa.UniqueConstraint(
            "tenant_id",
            "quality_request_id",
            "letter",
            name=op.f("uq_quality_summary_tenant_id_quality_request_id_letter"),
        ),
    )
    op.create_index(op.f("ix_quality_summary_tenant_id_sent_at"), "quality_summary", ["tenant_id", "sent_at"])
    op.create_index("ix_quality_summary_received", "quality_summary", ["to_tenant_id", "quality_request_id"])


def keep_draws() -> None:
    op.create_table(
        "quality_draw",
        *kept(),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        of_request(),
        sa.Column("theme", sa.String(length=12), nullable=False),
        sa.Column("letter", sa.String(length=2), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("eligible", sa.BigInteger(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by", sa.String(length=120), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_because", sa.String(length=500), nullable=True),
        *(sa.Column(name, sa.String(length=800), nullable=True) for name in TEXTS),
        *edited(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quality_draw")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_quality_draw_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "quality_request_id",
            "person_id",
            name=op.f("uq_quality_draw_tenant_id_quality_request_id_person_id"),
        ),
    )
    op.create_index(
        op.f("ix_quality_draw_tenant_id_person_id_drawn_at"), "quality_draw", ["tenant_id", "person_id", "drawn_at"]
    )
    op.create_index(op.f("ix_quality_draw_tenant_id_drawn_at"), "quality_draw", ["tenant_id", "drawn_at"])
    protect("quality_draw")


def keep_notes() -> None:
    op.create_table(
        "quality_note",
        *kept(),
        of_request(),
        sa.Column("text", sa.String(length=2000), nullable=False),
        *edited(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_quality_note")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "quality_request_id"],
            ["quality_request.tenant_id", "quality_request.id"],
            name=op.f("fk_quality_note_tenant_id_quality_request_id"),
        ),
        sa.UniqueConstraint(
            "tenant_id", "quality_request_id", name=op.f("uq_quality_note_tenant_id_quality_request_id")
        ),
    )
    protect("quality_note")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
