"""Caseloads that change hands at once: which files went to whom, who confirmed it, who is told by letter."""

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0043"
down_revision = "0042"

KEPT = ("SELECT", "INSERT")


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def refers(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{to}.tenant_id", f"{to}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )


def upgrade() -> None:
    keep_transfers()
    keep_files()
    keep_receipts()


def keep_transfers() -> None:
    op.create_table(
        "caseload_transfer",
        *kept(),
        sa.Column("from_membership_id", sa.Uuid(), nullable=False),
        sa.Column("from_name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=12), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("stops_newcomers", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_caseload_transfer")),
        refers("caseload_transfer", "from_membership_id", "membership"),
        sa.CheckConstraint(
            "reason IN ('departure', 'absence', 'working_days')", name=op.f("ck_caseload_transfer_reason")
        ),
    )
    for columns in (["from_membership_id", "created_at"], ["state", "ends_on"]):
        name = op.f(f"ix_caseload_transfer_tenant_id_{'_'.join(columns)}")
        op.create_index(name, "caseload_transfer", ["tenant_id", *columns])
    protect("caseload_transfer")


def keep_files() -> None:
    op.create_table(
        "transferred_file",
        *kept(),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("to_membership_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.String(length=6), nullable=False),
        sa.Column("letter_sent_on", sa.Date(), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_transferred_file")),
        refers("transferred_file", "transfer_id", "caseload_transfer", "CASCADE"),
        refers("transferred_file", "person_id", "person", "CASCADE"),
        refers("transferred_file", "to_membership_id", "membership"),
        sa.UniqueConstraint(
            "tenant_id", "transfer_id", "person_id", name=op.f("uq_transferred_file_tenant_id_transfer_id_person_id")
        ),
        sa.CheckConstraint("told IN ('mail', 'letter')", name=op.f("ck_transferred_file_told")),
    )
    op.create_index(op.f("ix_transferred_file_tenant_id_person_id"), "transferred_file", ["tenant_id", "person_id"])
    protect("transferred_file")


def keep_receipts() -> None:
    op.create_table(
        "transfer_receipt",
        *kept(),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_transfer_receipt")),
        refers("transfer_receipt", "transfer_id", "caseload_transfer", "CASCADE"),
        refers("transfer_receipt", "membership_id", "membership"),
        sa.UniqueConstraint(
            "tenant_id",
            "transfer_id",
            "membership_id",
            name=op.f("uq_transfer_receipt_tenant_id_transfer_id_membership_id"),
        ),
    )
    protect("transfer_receipt", KEPT)


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
