"""The desk: visits with what is asked and their hours, who hides names on the screen, and who is there already."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from migrations.protection_v1 import protect

revision = "0038"
down_revision = "0037"

IS_HERE = "state IN ('waiting', 'received', 'on_hold')"


def kept() -> list[sa.Column[object]]:
    return [sa.Column("tenant_id", sa.Uuid(), nullable=False), sa.Column("id", sa.Uuid(), nullable=False)]


def of(table: str, column: str, target: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column],
        [f"{target}.tenant_id", f"{target}.id"],
        name=op.f(f"fk_{table}_tenant_id_{column}"),
        ondelete=ondelete,
    )


def index(table: str, columns: Sequence[str]) -> None:
    op.create_index(op.f(f"ix_{table}_tenant_id_{'_'.join(columns)}"), table, ["tenant_id", *columns])


def upgrade() -> None:
    keep_visits()
    keep_requests()
    keep_periods()
    keep_screens()
    op.add_column("appointment", sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))


def keep_visits() -> None:
    op.create_table(
        "visit",
        *kept(),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("manner", sa.String(length=12), nullable=False),
        sa.Column("sent_by", sa.String(length=120), nullable=True),
        sa.Column("arrived_on", sa.Date(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_before", sa.String(length=12), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sent_to_id", sa.Uuid(), nullable=True),
        sa.Column("sent_reason", sa.String(length=12), nullable=True),
        sa.Column("reliable", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit")),
        of("visit", "person_id", "person", "CASCADE"),
        of("visit", "appointment_id", "appointment", "CASCADE"),
        of("visit", "agent_id", "membership"),
        of("visit", "sent_to_id", "partner"),
        sa.CheckConstraint("person_id IS NULL OR sealed IS NULL", name=op.f("ck_visit_named_once")),
    )
    index("visit", ["arrived_on", "arrived_at"])
    index("visit", ["person_id", "arrived_at"])
    op.create_index("ix_visit_here", "visit", ["tenant_id", "agent_id"], postgresql_where=sa.text(IS_HERE))
    op.create_index(
        "uq_visit_appointment",
        "visit",
        ["tenant_id", "appointment_id"],
        unique=True,
        postgresql_where=sa.text(IS_HERE),
    )
    protect("visit")


def keep_requests() -> None:
    op.create_table(
        "visit_request",
        *kept(),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("theme", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit_request")),
        of("visit_request", "visit_id", "visit", "CASCADE"),
    )
    index("visit_request", ["visit_id"])
    protect("visit_request")


def keep_periods() -> None:
    op.create_table(
        "visit_period",
        *kept(),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agent_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_visit_period")),
        of("visit_period", "visit_id", "visit", "CASCADE"),
        of("visit_period", "agent_id", "membership"),
        sa.CheckConstraint("ended_at >= began_at", name=op.f("ck_visit_period_order")),
    )
    index("visit_period", ["visit_id", "began_at"])
    protect("visit_period")


def keep_screens() -> None:
    op.create_table(
        "discreet_screen",
        *kept(),
        sa.Column("membership_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_discreet_screen")),
        of("discreet_screen", "membership_id", "membership"),
        sa.UniqueConstraint("tenant_id", "membership_id", name=op.f("uq_discreet_screen_tenant_id_membership_id")),
    )
    protect("discreet_screen")


def downgrade() -> None:
    raise RuntimeError("Migrations only go forward; restore a backup instead.")
