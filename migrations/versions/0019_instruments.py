"""Instruments: versions and their contents, which the basin reads, and what the centre alone has of those in preparation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from migrations.protection_v1 import APPLICATION, protect, protect_publication

revision = "0019"
down_revision = "0018"

CHANGED = "state, note, sent_by, review_until, published_at, adopt_by, closing_on, updated_at, version"


def owned() -> list[sa.Column[object]]:
    return [
        sa.Column("owner_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("basin_id", sa.Uuid(), nullable=False),
    ]


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def moments() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def version() -> sa.Column[object]:
    return sa.Column("version", sa.BigInteger(), nullable=False)


def of_version(table: str, owner: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [owner, "instrument_version_id"],
        ["instrument_version.owner_tenant_id", "instrument_version.id"],
        name=op.f(f"fk_{table}_{owner}_version_id"),
    )


def upgrade() -> None:
    op.create_table(
        "instrument",
        *owned(),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        *moments(),
        version(),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_instrument")),
        sa.UniqueConstraint("owner_tenant_id", "code", name=op.f("uq_instrument_owner_tenant_id_code")),
    )
    op.create_index(op.f("ix_instrument_basin_id_code"), "instrument", ["basin_id", "code"])
    op.create_table(
        "instrument_version",
        *owned(),
        sa.Column("instrument_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("review_until", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("adopt_by", sa.Date(), nullable=True),
        sa.Column("closing_on", sa.Date(), nullable=True),
        *moments(),
        version(),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_instrument_version")),
        sa.ForeignKeyConstraint(
            ["owner_tenant_id", "instrument_id"],
            ["instrument.owner_tenant_id", "instrument.id"],
            name=op.f("fk_instrument_version_owner_tenant_id_instrument_id"),
        ),
        sa.UniqueConstraint(
            "owner_tenant_id", "instrument_id", "number", name=op.f("uq_instrument_version_owner_tenant_id_instrument_id_number")
        ),
    )
    op.create_index(
        "uq_instrument_version_in_preparation",
        "instrument_version",
        ["owner_tenant_id", "instrument_id"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'in_review')"),
    )
    op.create_index(op.f("ix_instrument_version_basin_id_state"), "instrument_version", ["basin_id", "state"])
    op.create_table(
        "instrument_content",
        *owned(),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("released", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner_tenant_id", "id", name=op.f("pk_instrument_content")),
        sa.ForeignKeyConstraint(
            ["owner_tenant_id", "instrument_version_id"],
            ["instrument_version.owner_tenant_id", "instrument_version.id"],
            name=op.f("fk_instrument_content_owner_tenant_id_instrument_version_id"),
        ),
    )
    op.create_index(
        "uq_instrument_content_released",
        "instrument_content",
        ["owner_tenant_id", "instrument_version_id"],
        unique=True,
        postgresql_where=sa.text("released"),
    )
    op.create_index(
        op.f("ix_instrument_content_owner_tenant_id_instrument_version_id_created_at"),
        "instrument_content",
        ["owner_tenant_id", "instrument_version_id", "created_at"],
    )
    for table in ("instrument", "instrument_version", "instrument_content"):
        protect_publication(table)
    # What others have seen never changes, and no number is given twice: only where a version stands is moved.
    op.execute(f"REVOKE UPDATE, DELETE ON instrument_version, instrument_content FROM {APPLICATION}")
    op.execute(f"GRANT UPDATE ({CHANGED}) ON instrument_version TO {APPLICATION}")
    op.create_table(
        "instrument_draft",
        *kept(),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=False),
        sa.Column("definition", JSONB(), nullable=False),
        sa.Column("saved_by", sa.String(length=120), nullable=False),
        sa.Column("authors", JSONB(), nullable=False),
        *moments(),
        version(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_draft")),
        sa.UniqueConstraint("tenant_id", "instrument_version_id", name=op.f("uq_instrument_draft_tenant_id_version_id")),
    )
    op.create_table(
        "instrument_trial",
        *kept(),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=False),
        sa.Column("answers", JSONB(), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        *moments(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_trial")),
    )
    op.create_table(
        "instrument_remark",
        *kept(),
        sa.Column("instrument_version_id", sa.Uuid(), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        *moments(),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_instrument_remark")),
    )
    for table in ("instrument_trial", "instrument_remark"):
        op.create_index(
            op.f(f"ix_{table}_tenant_id_instrument_version_id_created_at"), table, ["tenant_id", "instrument_version_id", "created_at"]
        )
    for table in ("instrument_draft", "instrument_trial", "instrument_remark"):
        protect(table)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
