"""Who was there, half-day by half-day, for the centre; and in numbers for the platform that sent the person."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import OWN, TENANT, enable, grant, protect
from migrations.protection_v2 import Rules, protect_each

revision = "0079"
down_revision = "0078"

READ_BY_SENDER = f"{OWN} OR (to_tenant_id = {TENANT} AND consent_until > now())"
SAID = ("mark", "note", "marked_by", "updated_at", "version")
COUNTED = ("consent_until", "held", "attended", "excused", "unexcused", "last_on", "updated_at", "version")


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def changes() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "presence_mark",
        *kept(),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("scheme_session_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("half", sa.String(length=2), nullable=False),
        sa.Column("mark", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("marked_by", sa.String(length=120), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        *changes(),
        sa.CheckConstraint("half IN ('am', 'pm')", name=op.f("ck_presence_mark_half")),
        sa.CheckConstraint(
            "mark IN ('present', 'late', 'absent', 'excused', 'unexcused', 'ours')",
            name=op.f("ck_presence_mark_mark"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_presence_mark")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "participant_id"],
            ["participant.tenant_id", "participant.id"],
            name=op.f("fk_presence_mark_tenant_id_participant_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "uq_presence_mark_half_day",
        "presence_mark",
        ["tenant_id", "participant_id", "scheme_session_id", "day", "half"],
        unique=True,
    )
    op.create_index(
        op.f("ix_presence_mark_tenant_id_scheme_session_id_day"),
        "presence_mark",
        ["tenant_id", "scheme_session_id", "day"],
    )
    op.create_index(op.f("ix_presence_mark_tenant_id_act_id"), "presence_mark", ["tenant_id", "act_id"])
    # Whose it is and of which half-day never changes.
    protect("presence_mark", ("SELECT", "INSERT", "DELETE"), SAID)
    op.create_table(
        "presence_summary",
        *kept(),
        sa.Column("to_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("consent_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held", sa.SmallInteger(), nullable=False),
        sa.Column("attended", sa.SmallInteger(), nullable=False),
        sa.Column("excused", sa.SmallInteger(), nullable=False),
        sa.Column("unexcused", sa.SmallInteger(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        *changes(),
        sa.CheckConstraint(
            "attended >= 0 AND attended <= held AND unexcused >= 0", name=op.f("ck_presence_summary_numbers")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_presence_summary")),
        sa.UniqueConstraint("tenant_id", "referral_id", name=op.f("uq_presence_summary_tenant_id_referral_id")),
    )
    op.create_index("ix_presence_summary_received", "presence_summary", ["to_tenant_id", "referral_id"])
    enable("presence_summary")
    protect_each("presence_summary", Rules(READ_BY_SENDER, *[OWN] * 4))
    grant("presence_summary", ("SELECT", "INSERT", "DELETE"), COUNTED)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
