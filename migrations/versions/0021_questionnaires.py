"""Fillings of instruments and their answers, which a platform alone has."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import protect

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "instrument_filling",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("centre_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=False),
        sa.Column("content_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("by_person", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("begun_on", sa.Date(), nullable=False),
        sa.Column("begun_by", sa.String(length=120), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=True),
        sa.Column("out_of_use", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_filling")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.id"],
            name=op.f("fk_instrument_filling_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        op.f("ix_instrument_filling_tenant_id_person_id_begun_on"),
        "instrument_filling",
        ["tenant_id", "person_id", "begun_on"],
    )
    op.create_index(
        op.f("ix_instrument_filling_tenant_id_instrument_id_state_finished_on"),
        "instrument_filling",
        ["tenant_id", "instrument_id", "state", "finished_on"],
    )
    op.create_table(
        "instrument_answer",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("filling_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("value", JSONB(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_answer")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "filling_id"],
            ["instrument_filling.tenant_id", "instrument_filling.id"],
            name=op.f("fk_instrument_answer_tenant_id_filling_id"),
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("tenant_id", "filling_id", "item", name=op.f("uq_instrument_answer_tenant_id_filling_id_item")),
        sa.CheckConstraint("value IS NULL OR sealed IS NULL", name=op.f("ck_instrument_answer_sealed")),
    )
    protect("instrument_filling")
    protect("instrument_answer")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
